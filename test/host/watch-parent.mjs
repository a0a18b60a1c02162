// Preloaded into the server: its standard input is a pipe from whoever started it. When that process dies, however
// (kill -9 tells nobody), the pipe closes and the server ends as well.
const end = () => process.exit(0);
process.stdin.on('end', end).on('error', end).resume();
// Listening must not keep a server alive that has ended by itself.
process.stdin.unref?.();
