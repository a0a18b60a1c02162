#!/bin/sh
# Sockscope collector: packs what tells why a Linux node ran out of TCP memory into one tarball.
# Reads only; needs no network, no python, no jq. What is in the tarball: docs/bundle-format.md of Sockscope.
# Try: sh collect.sh --help

# A line that is only a comment must stay outside of quotes: the one-line form of this script drops such lines.

# shellcheck disable=SC2317 # it takes all that a function calls which ends with exit for unreachable
set -u
LC_ALL=C
export LC_ALL
unset GREP_OPTIONS GREP_COLORS GREP_COLOR POSIXLY_CORRECT LS_COLORS TAR_OPTIONS GZIP CDPATH ENV
PATH=${PATH:-/usr/bin:/bin}:/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/bin
export PATH
umask 077

VERSION=1.0.0
FORMAT=1
NAME=sockscope

# The smallest room, in KiB, that is left free on the file systems that are written to.
RESERVE_KB=32768
# Beyond these numbers an item says that it is cut.
MAX_PINNED=2000
MAX_QUERIED_FDS=50000
MAX_LISTED=100000
# Of the journal the newest lines are enough: that there are older ones is no loss.
JOURNAL_LINES=50000
# Namespaces whose socket tables are repeated with each sample, largest first.
SAMPLED_TABLES=5
TOP_HOLDERS=20

TMP='' PART='' GUARD='' CURRENT='' MAIN=$$
OUTPUT='' SAMPLES=2 INTERVAL=12 MAX_SECONDS='' MAX_BYTES=536870912 REDACT=0

usage() {
	cat <<'END'
Usage: sh collect.sh [options]

Collects what Sockscope needs to find out why this node ran out of TCP memory: the kernel log, the socket tables of
every network namespace, the fds of every process. Changes nothing on the node. Run it as root to get everything.

  --output FILE    write the archive there; - is standard output
                   (default: sockscope-<host>-<UTC time>.tar.gz in this folder)
  --samples N      take the cheap counters N times, so that growth shows (default 2)
  --interval S     at least S seconds between samples (default 12)
  --max-seconds S  stop collecting after S seconds and pack what is there (default 300)
  --max-bytes B    collect at most B bytes, and a quarter of it for one item (default 512 MiB)
  --redact         replace IP addresses and host names, the same ones by the same ones
  --help, --version

Never read: environment variables, contents of files, packets. Secrets in command lines are masked.
Exit status: 0 whole, 1 nothing usable, 2 wrong usage, 3 made, but with items cut or missing for lack of privilege.
END
}

# --- messages -------------------------------------------------------------------------------------------------------

# Names come from the node and may hold escape codes: only printable characters reach a terminal.
say() {
	printf '%s: %s\n' "$NAME" "$*" | tr -cd '\n\040-\176' >&2
}

wrong_usage() {
	say "$1"
	say 'try: sh collect.sh --help'
	exit 2
}

give_up() {
	say "$1"
	exit 1
}

now() {
	date +%s
}

utc() {
	date -u +%Y-%m-%dT%H:%M:%SZ
}

count_lines() {
	awk 'END { print NR }' "$1"
}

have() {
	command -v "$1" >/dev/null 2>&1
}

# --- options --------------------------------------------------------------------------------------------------------

is_number() {
	case $1 in
	'' | *[!0-9]* | ??????????????????*) return 1 ;;
	esac
}

parse_options() {
	while [ $# -gt 0 ]; do
		option=$1
		value=
		case $option in
		--*=*)
			value=${option#*=}
			option=${option%%=*}
			;;
		--output | --samples | --interval | --max-seconds | --max-bytes)
			[ $# -ge 2 ] || wrong_usage "$option needs a value"
			value=$2
			shift
			;;
		esac
		shift
		case $option in
		--output)
			[ -n "$value" ] || wrong_usage '--output needs a file name'
			OUTPUT=$value
			continue
			;;
		--redact)
			REDACT=1
			continue
			;;
		--help | -h)
			usage
			exit 0
			;;
		--version)
			printf 'collect.sh %s (bundle format %s)\n' "$VERSION" "$FORMAT"
			exit 0
			;;
		--samples | --interval | --max-seconds | --max-bytes) ;;
		*) wrong_usage "unknown option: $option" ;;
		esac
		is_number "$value" || wrong_usage "$option needs a whole number, not: $value"
		case $option in
		--samples) SAMPLES=$value ;;
		--interval) INTERVAL=$value ;;
		--max-seconds) MAX_SECONDS=$value ;;
		--max-bytes) MAX_BYTES=$value ;;
		esac
	done
	if [ "$SAMPLES" -lt 1 ] || [ "$SAMPLES" -gt 1000 ]; then wrong_usage '--samples must be from 1 to 1000'; fi
	[ "$INTERVAL" -le 3600 ] || wrong_usage '--interval must be at most 3600'
	[ "$MAX_BYTES" -ge 1000000 ] || wrong_usage '--max-bytes must be at least 1000000'
	if [ -z "$MAX_SECONDS" ]; then
		MAX_SECONDS=300
		longest=$(((SAMPLES - 1) * INTERVAL + 240))
		[ "$longest" -le "$MAX_SECONDS" ] || MAX_SECONDS=$longest
	fi
	[ "$MAX_SECONDS" -ge 1 ] || wrong_usage '--max-seconds must be at least 1'
	# Piped into a shell there is no script file, and the place for the archive is the pipe.
	if [ -z "$OUTPUT" ] && [ ! -t 1 ] && ! is_script "$0"; then OUTPUT=-; fi
}

# From standard input $0 is the shell, which may well be a file.
is_script() {
	[ -f "$1" ] && grep -q "^NAME=$NAME" "$1" 2>/dev/null
}

# --- the private folder, and who cleans up --------------------------------------------------------------------------

free_kb() {
	df -Pk "$1" 2>/dev/null | awk 'NR == 2 { print ($4 ~ /^[0-9]+$/) ? $4 : 0 }'
}

# A name that nobody else can have, so that the guard may know it before the folder is there, and remove it blindly.
choose_name() {
	UNIQUE=$NAME.$$.$(od -An -N8 -tx1 /dev/urandom 2>/dev/null | tr -d ' \n')
}

# Where the private folder may lie, one a line; absolute, because the guard works from elsewhere.
list_folders() {
	for folder in "${TMPDIR:-}" /tmp /var/tmp "$OUTPUT_DIR"; do
		case $folder in
		'') ;;
		/*) printf '%s\n' "$folder" ;;
		*) printf '%s\n' "$PWD/$folder" ;;
		esac
	done
}

# mkdir follows no link and fails where something is there already: nobody else can have made the folder.
make_tmp() {
	tried=
	while IFS= read -r folder <&5; do
		if [ ! -d "$folder" ] || [ ! -w "$folder" ]; then continue; fi
		room=$(free_kb "$folder")
		if [ "${room:-0}" -lt $((RESERVE_KB * 2)) ]; then
			tried="$tried $folder has ${room:-0} KiB free,"
			continue
		fi
		TMP=$folder/$UNIQUE
		mkdir "$TMP" 2>/dev/null && break
		TMP=
	done 5<<END
$(list_folders)
END
	[ -n "$TMP" ] || give_up "no folder to work in:${tried:- none is writable,} $((RESERVE_KB * 2)) KiB are needed. Set TMPDIR."
	# A tmpfs is memory, of which a node in trouble has none to give.
	case $(df -Pk "$TMP" | awk 'NR == 2 { print $1 }') in
	tmpfs | shm | none | ramfs)
		spare=$(awk '/^MemAvailable:/ { printf "%.0f", $2 * 1024 / 8 }' /proc/meminfo 2>/dev/null)
		if [ -n "$spare" ] && [ "$spare" -gt 4000000 ] && [ "$spare" -lt "$MAX_BYTES" ]; then
			MAX_BYTES=$spare
		fi
		;;
	esac
}

descendants_of() {
	grep -sah '' /proc/[0-9]*/stat 2>/dev/null | awk -v root="$1" '
		{
			pid = $1
			rest = $0
			if (sub(/^.*\) /, "", rest) == 0) next
			split(rest, field, " ")
			parent[pid] = field[2]
		}
		END {
			wanted[root] = 1
			for (more = 1; more; ) {
				more = 0
				for (pid in parent)
					if (!(pid in wanted) && (parent[pid] in wanted)) {
						wanted[pid] = 1
						more = 1
					}
			}
			for (pid in wanted) print pid
		}'
}

kill_tree() {
	for victim in $(descendants_of "$1"); do
		kill -9 "$victim" 2>/dev/null
	done
}

# Runs beside the collector: ends an item that takes too long, and cleans up if the collector was killed.
guard() {
	trap '' HUP INT TERM QUIT PIPE
	folders=$(list_folders)
	part=
	[ -z "$PART" ] || part=$(absolute "$PART")
	cd / || exit
	watched='' waited=0
	while kill -0 "$MAIN" 2>/dev/null; do
		watch_item "$folders"
		sleep 1
	done
	printf '%s\n' "$folders" | while IFS= read -r folder; do
		[ -d "$folder/$UNIQUE" ] || continue
		read -r pid limit <"$folder/$UNIQUE/watch" 2>/dev/null && [ -n "$pid" ] && kill_tree "$pid"
		rm -rf "${folder:?}/$UNIQUE"
	done
	[ -z "$part" ] || rm -f "$part"
}

absolute() {
	case $1 in
	/*) printf '%s\n' "$1" ;;
	*) printf '%s\n' "$PWD/$1" ;;
	esac
}

watch_item() {
	if [ -z "$TMP" ]; then
		while IFS= read -r folder <&5; do
			if [ -d "$folder/$UNIQUE" ]; then TMP=$folder/$UNIQUE; fi
		done 5<<END
$1
END
	fi
	pid='' limit=''
	[ -z "$TMP" ] || read -r pid limit <"$TMP/watch" 2>/dev/null
	if [ -z "$pid" ] || [ -z "$limit" ]; then return; fi
	if [ "$pid" != "$watched" ]; then
		watched=$pid
		waited=0
	fi
	if [ "$waited" -ge "$limit" ]; then
		: >"$TMP/timeout.$pid"
		kill_tree "$pid"
		waited=0
	fi
	waited=$((waited + 1))
}

clean_up() {
	trap '' HUP INT TERM QUIT PIPE
	trap - EXIT
	[ -n "$CURRENT" ] && kill_tree "$CURRENT"
	[ -n "$GUARD" ] && { kill -9 "$GUARD" && wait "$GUARD"; } 2>/dev/null
	[ -n "$TMP" ] && rm -rf "$TMP"
	[ -n "$PART" ] && rm -f "$PART"
	exit "$1"
}

set_traps() {
	trap 'clean_up "$?"' EXIT
	trap 'say "stopped by a signal, nothing was written"; exit 129' HUP
	trap 'say "stopped by a signal, nothing was written"; exit 130' INT
	trap 'say "stopped by a signal, nothing was written"; exit 131' QUIT
	trap 'exit 141' PIPE
	trap 'say "stopped by a signal, nothing was written"; exit 143' TERM
}

# --- items ----------------------------------------------------------------------------------------------------------

staged_bytes() {
	du -sk "$STAGE" 2>/dev/null | awk '{ printf "%.0f", $1 * 1024 }'
}

# Seconds that are left of --max-seconds; at least 1 for an item that was begun.
seconds_left() {
	left=$((DEADLINE - $(now)))
	[ "$left" -gt 0 ] || left=0
	printf '%s\n' "$left"
}

# What one file may have: a quarter of the budget, or what is left of it.
set_item_bytes() {
	ITEM_BYTES=$((MAX_BYTES - $(staged_bytes)))
	[ "$ITEM_BYTES" -le $((MAX_BYTES / 4)) ] || ITEM_BYTES=$((MAX_BYTES / 4))
	[ "$ITEM_BYTES" -ge 4096 ] || ITEM_BYTES=4096
}

# An item says what became of it when that is not "ok".
state() {
	printf '%s\n%s\n' "$1" "$2" >"$TMP/state"
}

# note_cut FILE BYTES WHAT: a file that has reached its limit ends there.
note_cut() {
	[ "$(size_of "$1")" -lt "$2" ] || state cut "more than $2 bytes: $3"
}

budget_reason() {
	if [ "$(seconds_left)" -le 0 ]; then
		echo "--max-seconds $MAX_SECONDS was reached"
	elif [ "$(staged_bytes)" -ge "$MAX_BYTES" ]; then
		echo "--max-bytes was reached ($MAX_BYTES bytes)"
	elif [ "$(free_kb "$TMP")" -lt "$RESERVE_KB" ]; then
		echo "the disk of $TMP is almost full"
	fi
}

# item NAME FILES LIMIT FUNCTION [ARGUMENT…]: runs it apart, with a time limit in seconds, and records what became of it.
item() {
	item_name=$1 item_files=$2 item_limit=$3
	shift 3
	item_started=$(utc) item_from=$(now)
	rm -f "$TMP/state" "$TMP/files"
	: >"$TMP/error"
	reason=$(budget_reason)
	if [ -n "$reason" ]; then
		record "$item_files" 0 cut "not taken: $reason"
		return
	fi
	set_item_bytes
	[ "$(seconds_left)" -ge "$item_limit" ] || item_limit=$(seconds_left)
	("$@") 2>"$TMP/error" </dev/null &
	CURRENT=$!
	echo "$CURRENT $item_limit" >"$TMP/watch"
	wait "$CURRENT"
	item_exit=$?
	: >"$TMP/watch"
	if [ -e "$TMP/timeout.$CURRENT" ]; then
		state cut "took longer than $item_limit seconds"
		item_exit=124
	fi
	CURRENT=
	if [ -s "$TMP/error" ]; then
		{
			printf '== %s\n' "$item_name"
			head -c 20000 "$TMP/error"
		} >>"$STAGE/errors.txt"
	fi
	item_state=ok item_note=
	if [ -s "$TMP/state" ]; then
		{ read -r item_state && read -r item_note; } <"$TMP/state"
	fi
	if [ -s "$TMP/files" ]; then item_files=$(cat "$TMP/files"); fi
	record "$item_files" "$item_exit" "$item_state" "$item_note"
}

size_of() {
	(
		cd "$STAGE" || exit
		total=0
		for one in $1; do
			[ -e "$one" ] || continue
			size=$(find "$one" -type f -exec ls -ln {} + | awk '{ total += $5 } END { printf "%.0f", total }')
			total=$((total + ${size:-0}))
		done
		echo "$total"
	)
}

record() {
	there=
	for file in $1; do
		[ ! -e "$STAGE/$file" ] || there="$there $file"
	done
	printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$item_name" "${there# }" "$item_started" "$(($(now) - item_from))" \
		"$2" "$3" "$4" >>"$TMP/items"
	case $3 in
	denied | cut | failed) say "$item_name: $3: $4" ;;
	*) if [ -t 2 ]; then say "$item_name: $3"; fi ;;
	esac
}

# --- bulk reading: one grep for thousands of files, never a process for each ----------------------------------------

# Standard input: paths. Standard output: "path:line" of each, also of empty lines; what is gone is left out.
read_all() {
	xargs grep -saH '' /dev/null 2>/dev/null
}

# Standard input: as read_all gives it. Standard output: a block file. The name of a cgroup may hold colons.
to_blocks() {
	awk -v root="${1:-}" -v limit="${2:-$ITEM_BYTES}" '
		function path_end(line) {
			if (index(line, root "/sys/fs/cgroup/") == 1 && match(line, /\/memory\.[a-z._]+:/)) return RSTART + RLENGTH - 1
			return index(line, ":")
		}
		{
			colon = path_end($0)
			path = substr($0, 1, colon - 1)
			text = substr($0, colon + 1)
			if (root != "" && index(path, root) == 1) path = substr(path, length(root) + 1)
			if (path != last) {
				if (bytes > limit) exit
				print "==> " path " <=="
				last = path
			}
			if (text ~ /^ *==> /) text = " " text
			bytes += length(text)
			print text
		}'
}

# Standard input: as read_all gives it. Writes each file below the staging folder, where its path has it.
to_files() {
	(
		cd "$STAGE" && awk '
			{
				colon = index($0, ":")
				path = substr($0, 1, colon - 1)
				if (path != last) {
					if (out != "") close(out)
					last = path
					out = "." path
				}
				print substr($0, colon + 1) > out
			}'
	)
}

# Masks what looks like a secret in a command line. Arguments are parted by octal 037; one with blanks in it may be a
# shell command, a header or a rewritten title, and is looked at word by word.
# shellcheck disable=SC2016
MASK='
	function is_secret_key(key) {
		key = tolower(key)
		gsub(/[^a-z0-9]/, "", key)
		if (key ~ /(file|path|dir|mode|type|url|uri|ttl|timeout|name|namespace|policy|plugin|method|enabled|expiry)$/) return 0
		if (key ~ /pass(word|wd|phrase|code)?$|passw|pwd|secret|token|apikey|accesskey|privatekey|accountkey|masterkey/) return 1
		if (key ~ /encryptionkey|signingkey|sharedkey|storagekey|credential|bearer|cookie|jwt|signature|sessionid|dsn$|^auth$|basicauth/) return 1
		return key ~ /^(x)?(auth|authorization)$/
	}
	function mask_word(word,    at, key, rest, out, quote) {
		out = ""
		while (match(word, /:\/\/[^\/@]*:[^\/@]*@/)) {
			key = substr(word, RSTART + 3, RLENGTH - 4)
			sub(/:.*/, "", key)
			out = out substr(word, 1, RSTART + 2) key ":***@"
			word = substr(word, RSTART + RLENGTH)
		}
		word = out word
		out = ""
		while (match(word, /[A-Za-z0-9_.-]+["\047\\]*[=:]["\047\\]*/)) {
			at = RSTART + RLENGTH
			key = substr(word, RSTART, RLENGTH)
			sub(/["\047\\]*[=:]["\047\\]*$/, "", key)
			out = out substr(word, 1, at - 1)
			rest = substr(word, at)
			if (is_secret_key(key) && rest !~ /^\/\//) {
				if (rest == "") {
					hide = 1
				} else {
					match(rest, /^[^&;,"\047}]*/)
					out = out "***"
					rest = substr(rest, RLENGTH + 1)
				}
			}
			word = rest
		}
		word = out word
		gsub(/AKIA[0-9A-Z]+/, "***", word)
		gsub(/gh[opsur]_[A-Za-z0-9]+/, "***", word)
		gsub(/glpat-[A-Za-z0-9_-]+/, "***", word)
		gsub(/xox[abprs]-[A-Za-z0-9-]+/, "***", word)
		gsub(/eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_.-]+/, "***", word)
		return word
	}
	function is_secret_option(word) {
		gsub(/["\047,]/, "", word)
		return word ~ /^--?[A-Za-z0-9_.-]+$/ && is_secret_key(word)
	}
	function is_scheme(word) {
		gsub(/["\047,]/, "", word)
		return word ~ /^(Bearer|Basic|Token|Digest|bearer|basic|token|:)$/
	}
	function is_option_of(word) {
		if (program ~ /^(redis-cli|sshpass|ldapsearch|htpasswd)$/) return word ~ /^-[apw]$/
		return program ~ /^(curl|wget)$/ && word ~ /^(-u|--user|--proxy-user)$/
	}
	function mask_plain(word) {
		if (program ~ /^(mysql|mariadb|sshpass)/ && word ~ /^-p./) return "-p***"
		if (program ~ /^(curl|wget)$/ && word ~ /^(-u.+|--(proxy-)?user=)/) {
			sub(/^--user=.*/, "--user=***", word)
			sub(/^--proxy-user=.*/, "--proxy-user=***", word)
			sub(/^-u.*/, "-u***", word)
			return word
		}
		return mask_word(word)
	}
	function mask_text(text,    n, i, words, word, bare, out) {
		n = split(text, words, " ")
		out = ""
		hide = 0
		for (i = 1; i <= n; i++) {
			word = words[i]
			bare = word
			gsub(/["\047,]/, "", bare)
			if (hide && is_scheme(word)) {
				hide = 1
			} else if (hide && bare != "" && bare !~ /^--?[A-Za-z]/) {
				word = "***"
				hide = 0
			} else {
				hide = is_secret_option(word) || is_option_of(bare) || bare ~ /^[A-Za-z_-]*[Aa]uthorization:?$/
				if (bare ~ /^(curl|wget)$/) program = bare
				if (!hide) word = mask_plain(word)
			}
			out = out (i > 1 ? " " : "") word
		}
		return out
	}
	function mask(line,    n, i, arguments, argument, next_hidden, equals, out) {
		n = split(line, arguments, "\037")
		program = arguments[1]
		sub(/ .*/, "", program)
		sub(/^.*\//, "", program)
		next_hidden = 0
		out = ""
		for (i = 1; i <= n; i++) {
			argument = arguments[i]
			equals = index(argument, "=")
			if (next_hidden && argument !~ /^--?[A-Za-z]/) {
				argument = "***"
				next_hidden = 0
			} else if (is_secret_option(argument) || is_option_of(argument)) {
				next_hidden = 1
			} else if (equals > 1 && substr(argument, 1, equals - 1) ~ /^[A-Za-z0-9_.-]+$/ && is_secret_key(substr(argument, 1, equals - 1))) {
				argument = substr(argument, 1, equals) "***"
				next_hidden = 0
			} else {
				next_hidden = 0
				argument = mask_text(argument)
			}
			out = out (i > 1 ? " " : "") argument
		}
		sub(/ +$/, "", out)
		return out
	}
'

# --- what is collected ----------------------------------------------------------------------------------------------

# Where the file system of the node is seen: in a debug pod at /host, with the PID namespace of the host below /proc/1.
find_root() {
	ROOT=
	mine=$(link_inode /proc/self/ns/mnt)
	theirs=$(link_inode /proc/1/ns/mnt)
	[ -n "$theirs" ] && [ "$mine" = "$theirs" ] && return
	if [ -d /host/etc ] && [ -d /host/proc ]; then
		ROOT=/host
	elif [ -n "$theirs" ] && [ -d /proc/1/root/etc ]; then
		ROOT=/proc/1/root
	fi
}

# Sets TOOL to how a program is run: that of the node where the image of a debug pod has none. Empty: nowhere.
find_tool() {
	TOOL=
	if have "$1"; then
		TOOL=$1
	elif [ -n "$ROOT" ] && chroot "$ROOT" "$1" --version >/dev/null 2>&1; then
		TOOL="chroot $ROOT $1"
	fi
	[ -n "$TOOL" ]
}

link_inode() {
	# shellcheck disable=SC2012 # readlink is not everywhere, and the name of a namespace has no odd characters
	ls -ld "$1" 2>/dev/null | sed -n 's/.*\[\([0-9]*\)\]$/\1/p'
}

# The network namespace of PID 1 is that of the host where the collector sees the PIDs of the host.
find_namespaces() {
	OWN_NETNS=$(link_inode /proc/self/ns/net)
	HOST_NETNS=$(link_inode /proc/1/ns/net)
	ENTER_HOST=
	if [ -n "$HOST_NETNS" ] && [ "$HOST_NETNS" != "$OWN_NETNS" ] && can_enter 1; then ENTER_HOST='nsenter -t 1 -n'; fi
}

can_enter() {
	have nsenter && nsenter -t "$1" -n true 2>/dev/null
}

take_environment() {
	(
		cd /proc || exit
		printf '%s\n' [0-9]*
	) | sort -n >"$TMP/pids"
	[ -s "$TMP/pids" ] || state failed '/proc shows no process'
	if awk '$2 == "/proc" && $4 ~ /hidepid=([12]|invisible|noaccess)/ { found = 1 } END { exit !found }' /proc/mounts 2>/dev/null &&
		[ "$UID_NOW" != 0 ]; then
		state denied 'processes of other users are hidden (/proc is mounted with hidepid): run as root'
	fi
}

# pid and inode of the network namespace of each process that tells it, in $TMP/netns, ordered by pid.
take_netns() {
	awk '{ print "/proc/" $1 "/ns/net" }' "$TMP/pids" | xargs ls -ld /dev/null 2>"$TMP/netns.error" |
		sed -n 's,^.* /proc/\([0-9]*\)/ns/net -> net:\[\([0-9]*\)\]$,\1 \2,p' | sort -n >"$TMP/netns"
	awk '{ print "==> /proc/" $1 "/ns <==\nnet -> net:[" $2 "]" }' "$TMP/netns" >"$STAGE/netns.txt"
	denied=$(grep -c -i -e 'denied' -e 'not permitted' "$TMP/netns.error")
	[ "$denied" -eq 0 ] ||
		state denied "the network namespace of $denied of $(count_lines "$TMP/pids") processes: $MORE_RIGHTS"
}

take_processes() {
	awk '{
		n = split("comm status stat limits cgroup cmdline", file, " ")
		for (i = 1; i <= n; i++) print "/proc/" $1 "/" file[i]
	}' "$TMP/pids" | read_all | tr '\000' '\037' | awk -v limit="$ITEM_BYTES" "$MASK"'
		function print_line(text) {
			if (text ~ /^ *==> /) text = " " text
			print text
		}
		function end_command() {
			if (command == "") return
			print_line(mask(command))
			command = ""
		}
		{
			colon = index($0, ":")
			path = substr($0, 1, colon - 1)
			text = substr($0, colon + 1)
			if (path != last) {
				end_command()
				if (bytes > limit) exit
				print "==> " path " <=="
				last = path
			}
			bytes += length(text) + 1
			if (path ~ /\/cmdline$/) {
				command = command (command == "" ? "" : "?") substr(text, 1, 32768)
				if (length(command) > 32768) command = substr(command, 1, 32768)
				next
			}
			print_line(text)
		}
		END { end_command() }' >"$STAGE/processes.txt"
	note_cut processes.txt "$ITEM_BYTES" 'the last processes are missing'
}

# Of a leader that has exited while its threads go on, /proc/PID/fd is empty: its threads have the table.
fd_folders() {
	awk '{ print "/proc/" $1 "/fd" }' "$TMP/pids"
	awk '
		/^==> / { path = $2; zombie = 0 }
		/^State:\tZ/ { zombie = 1 }
		/^Threads:/ && zombie && $2 > 1 { sub(/\/status$/, "/task", path); print path }
	' "$STAGE/processes.txt" | head -n 200 | while read -r task; do
		for thread in "$task"/[0-9]*; do
			[ "${thread##*/}" = "$(basename "${task%/task}")" ] || printf '%s\n' "$thread/fd"
		done
	done
}

# One ls for thousands of folders. -q, or busybox by itself, makes a newline in the name of an open file a question mark.
take_fds() {
	quiet=
	ls -q / >/dev/null 2>&1 && quiet=q
	{
		fd_folders | xargs ls "-ln$quiet" /dev/null 2>&1 >&3 3>&- | awk '
			/denied|not permitted/ && match($0, /\/proc\/[0-9]+\/(task\/[0-9]+\/)?fd/) {
				folder = substr($0, RSTART, RLENGTH)
				if (!(folder in seen)) print folder
				seen[folder] = 1
			}' >"$TMP/denied"
	} 3>&1 | awk -v limit="$ITEM_BYTES" '
		/^\/proc\/[0-9]+\/(task\/[0-9]+\/)?fd:$/ {
			if (bytes > limit) exit
			print "==> " substr($0, 1, length($0) - 1) " <=="
			next
		}
		/^l/ {
			arrow = index($0, " -> ")
			if (arrow == 0) next
			n = split(substr($0, 1, arrow - 1), field, " ")
			if (field[n] !~ /^[0-9]+$/) next
			bytes += length(field[n]) + length($0) - arrow
			print field[n] substr($0, arrow)
		}' >"$STAGE/fds.txt"
	awk '{ print "==> " $1 " <==\n(denied)" }' "$TMP/denied" >>"$STAGE/fds.txt"
	denied=$(count_lines "$TMP/denied")
	[ "$denied" -eq 0 ] || state denied "the fds of $denied of $(count_lines "$TMP/pids") processes: $MORE_RIGHTS"
	note_cut fds.txt "$ITEM_BYTES" 'the fds of the last processes are missing'
}

# The process through which each namespace is read: PID 1 for the host, else the oldest. Where a process does not show
# its namespace, one process of each pod stands for it; what is read twice so, the reader finds by the same sockets.
choose_representatives() {
	{
		awk '!($2 in seen) { seen[$2] = 1; print $1, $2 }' "$TMP/netns"
		[ -n "$HOST_NETNS" ] || echo '1 0'
		if [ -s "$STAGE/processes.txt" ]; then
			awk '
				FILENAME ~ /netns$/ { known[$1] = 1; next }
				/^==> / { split($2, part, "/"); pid = part[3]; inside = ($2 ~ /\/cgroup$/); next }
				inside && match($0, /pod[0-9a-f]+[0-9a-f_-]+/) && !(pid in known) {
					pod = substr($0, RSTART, RLENGTH)
					if (!(pod in seen)) print pid, 0
					seen[pod] = 1
				}' "$TMP/netns" "$STAGE/processes.txt"
		fi
	} >"$TMP/representatives"
}

SMALL_NET='sockstat sockstat6 protocols netstat snmp snmp6 raw raw6 netlink packet dev arp udplite udplite6'
LARGE_NET='tcp tcp6 udp udp6 unix'

# copy_net FROM TO: the files of one namespace. The large ones have a limit and go straight to the disk.
copy_net() {
	mkdir -p "$2"
	for file in $SMALL_NET; do
		[ ! -e "$1/$file" ] || printf '%s\n' "$1/$file"
	done | read_all | (
		cd "$2" && awk '
			{
				colon = index($0, ":")
				path = substr($0, 1, colon - 1)
				if (path != last) {
					if (out != "") close(out)
					last = path
					sub(/^.*\//, "", path)
					out = path
				}
				print substr($0, colon + 1) > out
			}'
	)
	for file in $LARGE_NET; do
		[ -e "$1/$file" ] || continue
		head -c "$ITEM_BYTES" "$1/$file" >"$2/$file" 2>/dev/null
	done
}

take_tables() {
	missed=0 cut=0 total=0 reason=''
	while read -r pid netns <&4; do
		total=$((total + 1))
		reason=$(budget_reason)
		if [ -n "$reason" ]; then
			cut=$((cut + 1))
			continue
		fi
		set_item_bytes
		for candidate in $pid $(others_in "$netns" "$pid"); do
			into=$STAGE/proc/$candidate/net
			copy_net "/proc/$candidate/net" "$into"
			[ -s "$into/sockstat" ] && break
			rm -rf "$STAGE/proc/${candidate:?}"
			into=
		done
		if [ -z "$into" ]; then
			missed=$((missed + 1))
			continue
		fi
		if [ "$candidate" = 1 ]; then
			# Of the node, whatever the namespace; one table there without the others would look like a namespace.
			mkdir -p "$STAGE/proc/net"
			cat /proc/1/net/softnet_stat >"$STAGE/proc/net/softnet_stat" 2>/dev/null
		fi
		printf '%s\t%s\n' "$netns" "$candidate" >>"$TMP/taken"
	done 4<"$TMP/representatives"
	utc >"$TMP/captured"
	awk '{ print "proc/" $2 "/net" } END { print "proc/net" }' "$TMP/taken" >"$TMP/files"
	if [ "$cut" -gt 0 ]; then
		state cut "$cut of $total namespaces were not read: $reason"
	elif [ -n "$(find "$STAGE/proc" -path '*/net/*' -size +"$((ITEM_BYTES / 512 - 1))" 2>/dev/null | head -n 1)" ]; then
		state cut "a table is larger than $ITEM_BYTES bytes: its last sockets are missing"
	elif [ "$missed" -gt 0 ]; then
		state failed "$missed of $total namespaces could not be read: their processes ended meanwhile"
	fi
}

# Up to three more processes of a namespace, for when the first ends meanwhile.
others_in() {
	[ "$1" = 0 ] || awk -v netns="$1" -v not="$2" '$2 == netns && $1 != not && n++ < 3 { print $1 }' "$TMP/netns"
}

# Namespaces that a mount keeps alive without a process.
take_pinned() {
	for mount in "$ROOT"/run/netns/* "$ROOT"/var/run/netns/* "$ROOT"/run/docker/netns/* "$ROOT"/var/run/docker/netns/*; do
		[ -e "$mount" ] && printf '%s\n' "$mount"
	done | head -n "$MAX_PINNED" | while IFS= read -r mount; do
		case $mount in *[!A-Za-z0-9_./:@-]*) continue ;; esac
		ls -iLd "$mount" 2>/dev/null
	done | awk '!($1 in seen) { seen[$1] = 1; print }' >"$TMP/mounts"
	if [ ! -s "$TMP/mounts" ]; then
		state absent 'no namespace is pinned by a mount'
		return
	fi
	awk '
		FILENAME ~ /netns$/ { known[$2] = 1; next }
		!($1 in known) && $1 ~ /^[0-9]+$/' "$TMP/netns" "$TMP/mounts" >"$TMP/pinned"
	if [ "$(count_lines "$TMP/mounts")" -ge "$MAX_PINNED" ]; then state cut "only the first $MAX_PINNED mounts were looked at"; fi
	failed=0
	while read -r netns mount <&4; do
		into=$STAGE/netns/$netns
		enter=
		if have nsenter && nsenter --net="$mount" true 2>/dev/null; then
			enter="nsenter --net=$mount"
		elif [ -z "$ROOT" ] && have ip && ip netns exec "${mount##*/}" true 2>/dev/null; then
			enter="ip netns exec ${mount##*/}"
		fi
		if [ -z "$enter" ]; then
			failed=$((failed + 1))
			continue
		fi
		mkdir -p "$into/net"
		printf '%s\n' "${mount#"$ROOT"}" >"$into/path"
		for file in $SMALL_NET $LARGE_NET; do
			# shellcheck disable=SC2086
			$enter head -c "$ITEM_BYTES" "/proc/self/net/$file" >"$into/net/$file" 2>/dev/null
			[ -s "$into/net/$file" ] || rm -f "$into/net/$file"
		done
		printf '%s\t0\n' "$netns" >>"$TMP/taken"
	done 4<"$TMP/pinned"
	if [ "$failed" -gt 0 ]; then
		state denied "$failed pinned namespaces could not be entered (by nsenter, of util-linux): $MORE_RIGHTS"
	fi
}

# The size of the TCP tables of each namespace that was read by its process: bytes, inode, pid; the largest first.
by_size() {
	while IFS="$(printf '\t')" read -r netns pid; do
		[ "$pid" = 0 ] || printf '%s %s %s\n' "$(size_of "proc/$pid/net/tcp proc/$pid/net/tcp6")" "$netns" "$pid"
	done <"$TMP/taken" | sort -rn
}

take_ss() {
	if ! find_tool ss; then
		state absent 'ss (iproute2) is not installed: the memory of single sockets is estimated'
		return
	fi
	if ! diag_is_there; then
		state skipped 'ss would load the kernel module tcp_diag: modprobe tcp_diag first, then collect again'
		return
	fi
	options=-tanemi
	$TOOL -h 2>&1 | grep -q -e --oneline && options=-tanemiO
	mkdir -p "$STAGE/ss"
	by_size >"$TMP/sizes"
	denied=0
	while read -r size netns pid <&4; do
		# A table that is only its header needs no asking.
		if [ "$size" -le 350 ] || [ "$netns" = 0 ]; then continue; fi
		reason=$(budget_reason)
		if [ -n "$reason" ]; then
			state cut "the smaller namespaces were not asked: $reason"
			break
		fi
		enter=
		if [ "$netns" != "$OWN_NETNS" ]; then
			if can_enter "$pid"; then
				enter="nsenter -t $pid -n"
			else
				denied=$((denied + 1))
				continue
			fi
		fi
		# shellcheck disable=SC2086
		$enter $TOOL "$options" 2>/dev/null | head -c "$ITEM_BYTES" >"$STAGE/ss/ss$options.$netns.txt"
		note_cut "ss/ss$options.$netns.txt" "$ITEM_BYTES" "the last sockets of namespace $netns are missing"
	done 4<"$TMP/sizes"
	if [ "$denied" -gt 0 ]; then
		state denied "ss in $denied namespaces (by nsenter, of util-linux): $MORE_RIGHTS"
	fi
	rmdir "$STAGE/ss" 2>/dev/null || :
}

# How the node translates the addresses of connections: behind a ClusterIP each end knows another address of its peer.
take_conntrack() {
	table=/proc/net/nf_conntrack
	into=$STAGE$table
	mkdir -p "$STAGE/proc/net"
	# shellcheck disable=SC2086
	if ! $ENTER_HOST test -e "$table"; then
		state absent 'no /proc/net/nf_conntrack: the kernel tracks no connections, or does not list them there'
		return
	fi
	# shellcheck disable=SC2086
	$ENTER_HOST cat "$table" 2>"$TMP/conntrack.error" | grep -a '^ipv[46]  *[0-9][0-9]* tcp ' | head -c "$ITEM_BYTES" >"$into"
	if [ -s "$TMP/conntrack.error" ]; then
		state denied "/proc/net/nf_conntrack: $MORE_RIGHTS"
	elif [ ! -s "$into" ]; then
		state absent 'no TCP connection is tracked in the namespace of the host'
	else
		note_cut proc/net/nf_conntrack "$ITEM_BYTES" 'how the last connections are translated is missing'
	fi
	[ -s "$into" ] || rm -f "$into"
}

# Asking for it must not load a module: it is built in, loaded, or the kernel loads none.
diag_is_there() {
	[ -d /sys/module/tcp_diag ] || [ ! -e /proc/modules ] || grep -q '^tcp_diag ' /proc/modules 2>/dev/null ||
		grep -q 'tcp_diag' "$ROOT/lib/modules/$(uname -r)/modules.builtin" 2>/dev/null
}

# path, pid, fd and inode of each socket fd.
socket_fds() {
	awk '
		/^==> \/proc\/[0-9]+\/fd <==$/ { path = $2; split(path, part, "/"); pid = part[3]; next }
		/^==> / { path = ""; next }
		path != "" && $3 ~ /^socket:\[/ { print path "/" $1, pid, $1, substr($3, 9, length($3) - 9) }
	' "$STAGE/fds.txt"
}

table_inodes() {
	# shellcheck disable=SC2016 # the dollars are for awk
	find "$STAGE/proc" "$STAGE/netns" -path '*/net/*' \( -name tcp -o -name tcp6 -o -name udp -o -name udp6 -o -name raw \
		-o -name raw6 -o -name unix -o -name netlink -o -name packet -o -name udplite -o -name udplite6 \) -exec awk '
			FNR == 1 { column = FILENAME ~ /unix$/ ? 7 : FILENAME ~ /packet$/ ? 9 : 10; next }
			$column > 0 { print $column }' {} + 2>/dev/null
}

# A closed socket is in no table, but still knows its protocol.
take_protocols() {
	if ! find_tool getfattr; then
		state absent 'getfattr (package attr) is not installed: closed sockets cannot be told from other kinds by their protocol'
		return
	fi
	table_inodes >"$TMP/inodes"
	socket_fds | awk '
		FILENAME ~ /inodes$/ { known[$1] = 1; next }
		!($4 in known) && !($4 in asked) { asked[$4] = 1; print $1 }' "$TMP/inodes" - >"$TMP/asked"
	if [ "$(count_lines "$TMP/asked")" -gt "$MAX_QUERIED_FDS" ]; then
		state cut "only the first $MAX_QUERIED_FDS of $(count_lines "$TMP/asked") sockets were asked"
	fi
	# shellcheck disable=SC2086
	head -n "$MAX_QUERIED_FDS" "$TMP/asked" |
		xargs $TOOL -n system.sockprotoname --absolute-names /dev/null 2>/dev/null | awk '
			/^# file: \/proc\// { split($3, part, "/") }
			/^system\.sockprotoname="/ {
				name = substr($0, 23)
				sub(/"$/, "", name)
				sub(/\\0+$/, "", name)
				if (name ~ /^[A-Za-z0-9_-]+$/) print part[3], part[5], name
			}' >"$STAGE/sockprotoname.txt"
	[ -s "$STAGE/sockprotoname.txt" ] || rm -f "$STAGE/sockprotoname.txt"
}

take_fdinfo() {
	# shellcheck disable=SC2016
	find "$STAGE/proc" "$STAGE/netns" -path '*/net/unix' -exec awk '$7 > 0 { print $7 }' {} + 2>/dev/null >"$TMP/unix"
	{
		socket_fds | awk '
			FILENAME ~ /unix$/ { unix[$1] = 1; next }
			($4 in unix) { print "/proc/" $2 "/fdinfo/" $3 }' "$TMP/unix" - |
			xargs grep -sH 'scm_fds:[[:space:]]*[1-9]' /dev/null 2>/dev/null
		socket_fds | awk '{ n[$2]++ } END { for (pid in n) print n[pid], pid }' | sort -rn | head -n "$TOP_HOLDERS" >"$TMP/top"
		awk '
			FILENAME ~ /top$/ { top[$2] = 1; next }
			/^==> / { split($2, part, "/"); pid = part[3]; next }
			(pid in top) && $3 ~ /eventpoll/ && seen[pid]++ < 20 { print "/proc/" pid "/fdinfo/" $1 }
		' "$TMP/top" "$STAGE/fds.txt" | read_all
	} | to_blocks '' $((ITEM_BYTES / 4)) >"$STAGE/fdinfo.txt"
	note_cut fdinfo.txt $((ITEM_BYTES / 4)) 'the last fds are missing'
	[ -s "$STAGE/fdinfo.txt" ] || rm -f "$STAGE/fdinfo.txt"
}

take_node() {
	mkdir -p "$STAGE/proc"
	for file in version cmdline stat uptime loadavg meminfo vmstat slabinfo buddyinfo; do
		[ -e "/proc/$file" ] && printf '%s\n' "/proc/$file"
	done | read_all | awk "$MASK"'
		index($0, "/proc/cmdline:") == 1 { print "/proc/cmdline:" mask(substr($0, 15)); next }
		{ print }' | to_files
	if [ -e /proc/slabinfo ] && [ ! -s "$STAGE/proc/slabinfo" ]; then
		state denied "slabinfo: $MORE_RIGHTS"
	fi
}

# Not the keys of TCP Fast Open, which are a secret.
take_sysctls() {
	list_sysctls >"$TMP/sysctls"
	sed -e 's,^/,,' -e 's,/[^/]*$,,' "$TMP/sysctls" | sort -u | (cd "$STAGE" && xargs mkdir -p)
	# shellcheck disable=SC2086
	xargs $ENTER_HOST grep -saH '' /dev/null <"$TMP/sysctls" 2>/dev/null | to_files
	# tcp_mem exists in the namespace of the host only.
	if [ ! -s "$STAGE/proc/sys/net/ipv4/tcp_mem" ]; then
		if [ "$OWN_NETNS" = "$HOST_NETNS" ]; then
			state failed 'net.ipv4.tcp_mem is not there: PID 1 is not in the network namespace of a node; run on the node itself'
		else
			state denied 'net.ipv4.tcp_mem: the network namespace of the host cannot be entered: run as root with hostNetwork'
		fi
	fi
}

list_sysctls() {
	# In another namespace other files exist, so the shell that expands the pattern must be in it.
	# shellcheck disable=SC2016,SC2086
	$ENTER_HOST sh -c '
		for file in /proc/sys/net/ipv4/tcp_* /proc/sys/net/ipv4/udp_mem /proc/sys/net/ipv4/ip_local_port_range \
			/proc/sys/net/ipv4/ip_local_reserved_ports /proc/sys/net/ipv4/neigh/default/gc_thresh* \
			/proc/sys/net/ipv6/neigh/default/gc_thresh* /proc/sys/net/core/* /proc/sys/net/netfilter/nf_conntrack_count \
			/proc/sys/net/netfilter/nf_conntrack_max /proc/sys/net/netfilter/nf_conntrack_buckets \
			/proc/sys/net/nf_conntrack_max /proc/sys/fs/file-nr /proc/sys/fs/file-max /proc/sys/fs/nr_open \
			/proc/sys/fs/inode-nr /proc/sys/kernel/pid_max /proc/sys/kernel/threads-max /proc/sys/kernel/dmesg_restrict \
			/proc/sys/vm/min_free_kbytes /proc/sys/vm/overcommit_memory /proc/sys/vm/watermark_scale_factor; do
			case $file in *fastopen_key* | *secret* | *flush) continue ;; esac
			[ -f "$file" ] && printf "%s\n" "$file"
		done' sh
}

# The kernel logs the command line that it was started with.
mask_boot_line() {
	awk "$MASK"'index($0, "ommand line: ") { print mask($0); next } { print }'
}

take_dmesg() {
	if ! have dmesg; then
		state absent 'dmesg is not installed'
		return
	fi
	if ! dmesg -r >"$TMP/dmesg" 2>"$TMP/dmesg.error" && ! dmesg >"$TMP/dmesg" 2>"$TMP/dmesg.error"; then
		rm -f "$TMP/dmesg"
		case $(cat "$TMP/dmesg.error") in
		*ermi* | *denied*) state denied "the kernel log (kernel.dmesg_restrict): $MORE_RIGHTS" ;;
		*) state failed "$(head -n 1 "$TMP/dmesg.error")" ;;
		esac
		return
	fi
	tail -c "$ITEM_BYTES" "$TMP/dmesg" | mask_boot_line >"$STAGE/dmesg"
	note_cut dmesg "$ITEM_BYTES" 'its first lines are missing'
	{ dmesg --time-format iso 2>/dev/null || dmesg -T 2>/dev/null; } | tail -n 5 >"$STAGE/dmesg-clock.txt"
	[ -s "$STAGE/dmesg-clock.txt" ] || rm -f "$STAGE/dmesg-clock.txt"
	rm -f "$TMP/dmesg"
}

# Kernel messages older than the ring buffer: of the journal, else of the files that syslog writes.
take_journal() {
	into=$STAGE/journal-kernel.txt
	folder=
	if [ -n "$ROOT" ] && have journalctl; then folder="-D $ROOT/var/log/journal"; fi
	if find_tool journalctl; then
		# shellcheck disable=SC2086
		$TOOL $folder _TRANSPORT=kernel -n "$JOURNAL_LINES" -o short-iso-precise --no-pager -q 2>"$TMP/journal.error" |
			tail -c $((ITEM_BYTES / 4)) >"$into"
	fi
	[ -s "$into" ] && return
	for log in "$ROOT/var/log/kern.log" "$ROOT/var/log/messages" "$ROOT/var/log/syslog"; do
		[ -r "$log" ] || continue
		tail -c "$ITEM_BYTES" "$log" | grep -a ' kernel: ' | tail -c $((ITEM_BYTES / 4)) >"$into"
		[ -s "$into" ] && return
	done
	rm -f "$into"
	if grep -q -i -e permission -e 'not seeing' "$TMP/journal.error" 2>/dev/null; then
		state denied 'the journal: run as root, or as a member of the group systemd-journal'
	else
		state absent 'no journal and no kern.log with kernel messages'
	fi
}

take_cgroups() {
	groups=$ROOT/sys/fs/cgroup
	[ -d "$groups" ] || groups=/sys/fs/cgroup
	[ -d "$groups" ] || {
		state absent 'no /sys/fs/cgroup'
		return
	}
	find "$groups" -path '*kubepods*' \( -name memory.stat -o -name memory.max -o -name memory.current -o -name memory.events \
		-o -name memory.pressure -o -name 'memory.kmem.tcp.*_in_bytes' -o -name memory.limit_in_bytes \
		-o -name memory.usage_in_bytes \) 2>/dev/null | grep -v '[^A-Za-z0-9_./:@-]' | head -n "$MAX_LISTED" >"$TMP/cgroups"
	if [ ! -s "$TMP/cgroups" ]; then
		state absent 'no cgroups of pods'
		return
	fi
	read_all <"$TMP/cgroups" | to_blocks "${groups%/sys/fs/cgroup}" >"$STAGE/cgroups.txt"
	note_cut cgroups.txt "$ITEM_BYTES" 'the last cgroups are missing'
	[ "$(count_lines "$TMP/cgroups")" -lt "$MAX_LISTED" ] || state cut "only the first $MAX_LISTED files of cgroups were read"
}

take_pods() {
	{
		find "$ROOT/var/log/pods" -mindepth 1 -maxdepth 2 2>"$TMP/pods.error"
		find "$ROOT/var/log/containers" -mindepth 1 -maxdepth 1 -name '*.log' 2>>"$TMP/pods.error"
		find "$ROOT/var/lib/kubelet/pods" -mindepth 1 -maxdepth 3 2>>"$TMP/pods.error" |
			grep -e '/pods/[^/]*$' -e '/containers/'
	} | head -n "$MAX_LISTED" | awk -v root="$ROOT" '{ if (root != "" && index($0, root) == 1) $0 = substr($0, length(root) + 1); print }' \
		>"$STAGE/pods.txt"
	if grep -q -i denied "$TMP/pods.error"; then
		state denied "names of pods (/var/log/pods, /var/lib/kubelet/pods): $MORE_RIGHTS"
	elif [ ! -s "$STAGE/pods.txt" ]; then
		rm -f "$STAGE/pods.txt"
		state absent 'no /var/log/pods and no /var/lib/kubelet/pods'
	elif [ "$(count_lines "$STAGE/pods.txt")" -ge "$MAX_LISTED" ]; then
		state cut "only the first $MAX_LISTED names were taken"
	fi
}

take_crictl() {
	if ! find_tool crictl; then
		state absent 'crictl is not installed'
		return
	fi
	for what in pods ps; do
		# shellcheck disable=SC2086
		if $TOOL $what -o json >"$TMP/crictl" 2>"$TMP/crictl.error"; then
			head -c "$ITEM_BYTES" "$TMP/crictl" | awk "$MASK"'{ print mask($0) }' >"$STAGE/crictl-$what.json"
			note_cut "crictl-$what.json" "$ITEM_BYTES" 'its end is missing'
		else
			state skipped "crictl $what: $(head -n 1 "$TMP/crictl.error" | cut -c 1-160)"
		fi
		rm -f "$TMP/crictl"
	done
}

# take_sample N: the counters of every namespace, and from the second on the tables of the largest.
take_sample() {
	mkdir -p "$STAGE/samples"
	{
		printf '%s\n' /proc/uptime /proc/sys/fs/file-nr
		while read -r pid _; do
			for file in sockstat sockstat6 netstat snmp; do
				printf '%s\n' "/proc/$pid/net/$file"
			done
		done <"$TMP/representatives"
	} | read_all | to_blocks >"$STAGE/samples/$1.txt"
	printf '%s\t%s\t%s\n' "$1" "$(utc)" "$(cut -d' ' -f1 /proc/uptime)" >>"$TMP/samples"
	[ "$1" -gt 1 ] || return 0
	by_size | awk -v max="$SAMPLED_TABLES" '$1 > 8000 && NR <= max { print $3 }' | while read -r pid; do
		[ -z "$(budget_reason)" ] || break
		mkdir -p "$STAGE/samples/$1/proc/$pid/net"
		for file in tcp tcp6; do
			[ -e "/proc/$pid/net/$file" ] || continue
			head -c "$ITEM_BYTES" "/proc/$pid/net/$file" >"$STAGE/samples/$1/proc/$pid/net/$file" 2>/dev/null
		done
	done
}

# Waits so that a signal is heeded at once.
wait_for_sample() {
	pause=$((SAMPLED_AT + INTERVAL - $(now)))
	left=$(seconds_left)
	[ "$pause" -le "$left" ] || pause=$left
	[ "$pause" -gt 0 ] || return 0
	sleep "$pause" &
	CURRENT=$!
	wait "$CURRENT"
	CURRENT=
}

# --- redaction ------------------------------------------------------------------------------------------------------

# Addresses become ones of 240.0.0.0/4 and 2001:db8::/32, which nobody has; the same by the same, dotted or in hex, so
# that every join still works. Kept: loopback, the unspecified address, and what is no address of a host.
take_redaction() {
	host=$(uname -n)
	little=1
	[ "$(printf 'I' | od -An -to2 | tr -d ' ')" = 000111 ] || little=0
	cd "$STAGE" || exit
	find . -type f | awk -v host="$host" -v little="$little" '
		BEGIN {
			for (i = 0; i < 16; i++) {
				hex[substr("0123456789ABCDEF", i + 1, 1)] = i
				hex[substr("0123456789abcdef", i + 1, 1)] = i
			}
			short = host
			sub(/\..*/, "", short)
			suffix = "(com|net|org|io|dev|cloud|local|internal|lan|corp|intra|home|example|test|svc|[a-z][a-z])"
		}
		function byte(text, at) { return hex[substr(text, at, 1)] * 16 + hex[substr(text, at + 1, 1)] }
		function is_v4(address,    part, i) {
			if (split(address, part, ".") != 4) return 0
			for (i = 1; i <= 4; i++) if (part[i] !~ /^[0-9]+$/ || length(part[i]) > 3 || part[i] + 0 > 255) return 0
			return 1
		}
		function fake4(address,    part) {
			if (!is_v4(address)) return address
			split(address, part, ".")
			if (part[1] + 0 == 127 || part[1] + 0 == 0 || part[1] + 0 == 255 || part[1] + 0 >= 240) return address
			address = (part[1] + 0) "." (part[2] + 0) "." (part[3] + 0) "." (part[4] + 0)
			if (!(address in v4)) {
				count4++
				v4[address] = "240." int(count4 / 65536) "." int(count4 / 256) % 256 "." count4 % 256
			}
			return v4[address]
		}
		function hex_of4(address,    part) {
			split(address, part, ".")
			return little ? sprintf("%02X%02X%02X%02X", part[4], part[3], part[2], part[1]) \
				: sprintf("%02X%02X%02X%02X", part[1], part[2], part[3], part[4])
		}
		function of_hex4(text) {
			return little ? byte(text, 7) "." byte(text, 5) "." byte(text, 3) "." byte(text, 1) \
				: byte(text, 1) "." byte(text, 3) "." byte(text, 5) "." byte(text, 7)
		}
		function swap(text) {
			return little ? substr(text, 7, 2) substr(text, 5, 2) substr(text, 3, 2) substr(text, 1, 2) : text
		}
		function network_order(text) {
			return swap(substr(text, 1, 8)) swap(substr(text, 9, 8)) swap(substr(text, 17, 8)) swap(substr(text, 25, 8))
		}
		function fake6(plain) {
			if (plain ~ /^0+[01]?$/) return plain
			if (!(plain in v6)) v6[plain] = sprintf("20010DB8%024X", ++count6)
			return v6[plain]
		}
		function redact_hex(text,    out) {
			if (text in done) return done[text]
			out = text
			if (length(text) == 8) out = hex_of4(fake4(of_hex4(text)))
			else if (length(text) == 32 && substr(network_order(text), 1, 24) == "00000000000000000000FFFF")
				out = substr(text, 1, 24) hex_of4(fake4(of_hex4(substr(text, 25, 8))))
			else if (length(text) == 32) out = network_order(fake6(network_order(text)))
			return done[text] = out
		}
		function expand(address,    half, left, right, n, m, i, out) {
			if (split(address, half, "::") > 2) return ""
			n = half[1] == "" ? 0 : split(half[1], left, ":")
			m = index(address, "::") == 0 || half[2] == "" ? 0 : split(half[2], right, ":")
			if (index(address, "::") == 0 ? n != 8 : n + m > 7) return ""
			out = ""
			for (i = 1; i <= n; i++) out = out pad(left[i])
			for (i = n + m; i < 8; i++) out = out "0000"
			for (i = 1; i <= m; i++) out = out pad(right[i])
			return length(out) == 32 ? toupper(out) : ""
		}
		function pad(group) {
			return length(group) > 4 ? "-----" : substr("0000", 1, 4 - length(group)) group
		}
		function compact(plain,    i, out, group) {
			if (substr(plain, 1, 8) != "20010DB8") return ""
			group = substr(plain, 25)
			sub(/^0+/, "", group)
			if (length(group) > 4) group = substr(group, 1, length(group) - 4) ":" substr(group, length(group) - 3)
			return "2001:db8::" tolower(group)
		}
		function fake6_text(address,    plain, fake) {
			plain = expand(address)
			if (plain == "") return address
			fake = compact(fake6(plain))
			return fake == "" ? address : fake
		}
		function touches(line, at) { return at >= 1 && at <= length(line) && substr(line, at, 1) ~ /[A-Za-z0-9_]/ }
		function replace4(line,    out, piece) {
			out = ""
			while (match(line, /[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+/)) {
				piece = substr(line, RSTART, RLENGTH)
				if (!touches(line, RSTART - 1) && !touches(line, RSTART + RLENGTH)) piece = fake4(piece)
				out = out substr(line, 1, RSTART - 1) piece
				line = substr(line, RSTART + RLENGTH)
			}
			return out line
		}
		function replace6(line,    out, piece) {
			out = ""
			while (match(line, /[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:]*/)) {
				piece = substr(line, RSTART, RLENGTH)
				at = RSTART
				len = RLENGTH
				colons = piece
				gsub(/[^:]/, "", colons)
				if ((piece ~ /::/ || length(colons) == 7) && substr(line, at + len, 1) != ".") {
					tail = ""
					if (!touches(line, at - 1) && !touches(line, at + len)) {
						if (piece ~ /[^:]:$/) { tail = ":"; sub(/:$/, "", piece) }
						piece = fake6_text(piece) tail
					}
				}
				out = out substr(line, 1, at - 1) piece
				line = substr(line, at + len)
			}
			return out line
		}
		function replace_name(line, name, fake,    out, at, before, after) {
			if (length(name) < 3 || name ~ /^(proc|net|sys|status|limits|cgroup|comm|stat|fd|kubepods|default|tcp|udp|ino|skmem)$/) return line
			out = ""
			while ((at = index(line, name)) > 0) {
				before = at > 1 ? substr(line, at - 1, 1) : ""
				after = substr(line, at + length(name), 1)
				out = out substr(line, 1, at - 1) (before ~ /[A-Za-z0-9]/ || after ~ /[A-Za-z0-9]/ ? name : fake)
				line = substr(line, at + length(name))
			}
			return out line
		}
		function replace_domains(line,    out, piece, before) {
			out = ""
			while (match(line, /(:\/\/|@|=|host |name )[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+/)) {
				piece = substr(line, RSTART, RLENGTH)
				before = piece
				match(piece, /^(:\/\/|@|=|host |name )/)
				before = substr(piece, 1, RLENGTH)
				piece = substr(piece, RLENGTH + 1)
				at = index(line, before piece)
				if (piece ~ ("\\." suffix "$") && !is_v4(piece)) {
					if (!(piece in names)) names[piece] = "host-" (++named + 1) ".invalid"
					out = out substr(line, 1, at - 1) before names[piece]
				} else {
					out = out substr(line, 1, at - 1) before piece
				}
				line = substr(line, at + length(before piece))
			}
			return out line
		}
		{
			file = $0
			copy = file ".redacted"
			hexed = file ~ /\/net\/(tcp|udp|raw|udplite)6?$/
			commands = file ~ /(processes\.txt|crictl-[a-z]*\.json|errors\.txt)$/
			printf "" > copy
			while ((getline line < file) > 0) {
				if (hexed) {
					n = split(line, field, " ")
					if (field[1] ~ /^[0-9]+:$/) {
						split(field[2], own, ":")
						split(field[3], peer, ":")
						at = index(line, field[2])
						head = substr(line, 1, at - 1)
						rest = substr(line, at + length(field[2] " " field[3]))
						line = head redact_hex(own[1]) ":" own[2] " " redact_hex(peer[1]) ":" peer[2] rest
					}
				} else {
					if (index(line, host)) line = replace_name(line, host, "host-1")
					if (index(line, short)) line = replace_name(line, short, "host-1")
					if (commands && line ~ /\.[A-Za-z]/) line = replace_domains(line)
					if (line ~ /[0-9]\.[0-9]+\.[0-9]+\.[0-9]/) line = replace4(line)
					if (line ~ /:[0-9A-Fa-f]*:/) line = replace6(line)
				}
				print line > copy
			}
			close(file)
			close(copy)
		}' || {
		state failed 'the redaction did not end'
		return
	}
	find . -type f -name '*.redacted' | sed 's/\.redacted$//' | while IFS= read -r file; do
		mv "$file.redacted" "$file"
	done
}

# --- the archive ----------------------------------------------------------------------------------------------------

write_manifest() {
	sees=null
	if [ -s "$STAGE/proc/sys/net/ipv4/tcp_mem" ]; then
		sees=true
	elif [ "$OWN_NETNS" = "$HOST_NETNS" ]; then
		sees=false
	fi
	# Sizes as they are packed, so after the redaction.
	while IFS= read -r line <&4; do
		files=$(printf '%s\n' "$line" | cut -f 2)
		printf '%s\t%s\n' "$(size_of "$files")" "$line"
	done 4<"$TMP/items" >"$TMP/sized"
	hostname=$(uname -n)
	[ "$REDACT" = 0 ] || hostname='host-1'
	shell='sh'
	if [ -n "${BASH_VERSION:-}" ]; then shell="bash $BASH_VERSION"; fi
	awk -F '\t' -v version="$VERSION" -v format="$FORMAT" -v shell="$shell" -v uid="$UID_NOW" -v redacted="$REDACT" \
		-v hostname="$hostname" -v kernel="$(uname -r)" -v machine="$(uname -m)" \
		-v page="$(getconf PAGESIZE 2>/dev/null)" -v ticks="$(getconf CLK_TCK 2>/dev/null)" -v started="$STARTED" \
		-v captured="$(cat "$TMP/captured" 2>/dev/null || echo "$STARTED")" -v finished="$(utc)" -v root="$ROOT" \
		-v netns="${OWN_NETNS:-0}" -v host_netns="${HOST_NETNS:-0}" -v sees="$sees" -v seconds="$MAX_SECONDS" \
		-v bytes="$MAX_BYTES" '
		function text(value) {
			gsub(/[^ -~]/, "?", value)
			gsub(/\\/, "\\\\", value)
			gsub(/"/, "\\\"", value)
			return "\"" value "\""
		}
		function number(value) { return value ~ /^[0-9]+(\.[0-9]+)?$/ ? value + 0 "" : "null" }
		function list(value,    n, i, part, out) {
			n = split(value, part, " ")
			out = ""
			for (i = 1; i <= n; i++) out = out (i > 1 ? ", " : "") text(part[i])
			return "[" out "]"
		}
		BEGIN {
			print "{"
			print "  \"format\": \"sockscope-bundle\","
			print "  \"version\": " format ","
			print "  \"collector\": { \"version\": " text(version) ", \"shell\": " text(shell) ", \"uid\": " number(uid) \
				", \"redacted\": " (redacted ? "true" : "false") " },"
			print "  \"host\": { \"hostname\": " text(hostname) ", \"kernel\": " text(kernel) ", \"machine\": " text(machine) \
				", \"page_size\": " number(page) ", \"clk_tck\": " number(ticks) " },"
			print "  \"clock\": { \"started\": " text(started) ", \"captured\": " text(captured) ", \"finished\": " text(finished) " },"
			print "  \"view\": { \"root\": " text(root) ", \"netns\": " netns ", \"host_netns\": " host_netns \
				", \"sees_host\": " sees " },"
			print "  \"budget\": { \"max_seconds\": " seconds ", \"max_bytes\": " bytes " },"
			samples = namespaces = items = ""
		}
		FILENAME ~ /samples$/ {
			samples = samples (samples == "" ? "" : ",") "\n    { \"n\": " $1 ", \"at\": " text($2) ", \"uptime\": " number($3) " }"
		}
		FILENAME ~ /taken$/ {
			namespaces = namespaces (namespaces == "" ? "" : ",") "\n    { \"netns\": " $1 ", \"pid\": " $2 " }"
		}
		FILENAME ~ /sized$/ {
			items = items (items == "" ? "" : ",") "\n    { \"item\": " text($2) ", \"files\": " list($3) ", \"started\": " \
				text($4) ", \"seconds\": " number($5) ", \"bytes\": " $1 ", \"exit\": " number($6) ", \"state\": " text($7) \
				", \"note\": " text($8) " }"
		}
		END {
			print "  \"samples\": [" samples "\n  ],"
			print "  \"namespaces\": [" namespaces "\n  ],"
			print "  \"items\": [" items "\n  ]"
			print "}"
		}' "$TMP/samples" "$TMP/taken" "$TMP/sized" >"$STAGE/manifest.json"
}

# tar and gzip, each with its own exit status, into $1. The manifest comes first: of a cut archive it is what remains.
pack() {
	options=
	tar --version 2>/dev/null | grep -q GNU && options='--owner=0 --group=0 --numeric-owner'
	{
		# shellcheck disable=SC2086,SC2046
		(cd "$TMP/stage" && tar $options -cf - "$FOLDER/manifest.json" $(list_members)) 2>"$TMP/tar.error"
		echo $? >"$TMP/tar.status"
	} | gzip -c >"$1"
	echo $? >"$TMP/gzip.status"
}

# The log next: what is read first is shown first.
list_members() {
	for member in dmesg proc netns samples; do
		[ ! -e "$STAGE/$member" ] || printf '%s\n' "$FOLDER/$member"
	done
	for member in "$STAGE"/*; do
		case ${member##*/} in
		manifest.json | dmesg | proc | netns | samples) ;;
		*) printf '%s\n' "$FOLDER/${member##*/}" ;;
		esac
	done
}

check_packed() {
	[ "$(cat "$TMP/tar.status" 2>/dev/null)" = 0 ] && [ "$(cat "$TMP/gzip.status" 2>/dev/null)" = 0 ] && return
	give_up "the archive could not be written: $(head -n 1 "$TMP/tar.error" | cut -c 1-200) (is the disk full?)"
}

# Under its own name the archive appears whole, and never in the place of another file.
publish() {
	while ! ln "$PART" "$OUTPUT" 2>/dev/null; do
		if [ ! -e "$OUTPUT" ] && [ ! -h "$OUTPUT" ]; then
			# Some file systems have no links.
			mv "$PART" "$OUTPUT" || give_up "$OUTPUT cannot be written"
			break
		fi
		# Another run began in the same second.
		[ "$OWN_NAME" = 1 ] || give_up "$OUTPUT exists already, nothing was written"
		OUTPUT=${OUTPUT%.tar.gz}-2.tar.gz
	done
	rm -f "$PART"
	PART=
}

checksum_of() {
	if have sha256sum; then
		sha256sum "$1" | cut -d' ' -f1
	elif have shasum; then
		shasum -a 256 "$1" | cut -d' ' -f1
	else
		echo 'not known: there is no sha256sum'
	fi
}

summary() {
	awk -F '\t' '$6 == "denied" || $6 == "cut" || $6 == "failed" { print "  missing: " $1 ": " $7 }
		$6 == "skipped" { print "  left alone: " $1 ": " $7 }' "$TMP/items" | tr -cd '\n\040-\176'
}

choose_output() {
	stamp=$(date -u +%Y%m%dT%H%M%SZ)
	if [ "$REDACT" = 1 ]; then
		host=redacted
	else
		host=$(uname -n | tr -cd 'A-Za-z0-9.-' | cut -c 1-63)
	fi
	FOLDER=$NAME-${host:-node}-$stamp
	OUTPUT_DIR=. OWN_NAME=0
	case $OUTPUT in
	-) return ;;
	'')
		OUTPUT=$FOLDER.tar.gz OWN_NAME=1
		while [ -e "$OUTPUT" ]; do OUTPUT=${OUTPUT%.tar.gz}-2.tar.gz; done
		;;
	*/*) OUTPUT_DIR=${OUTPUT%/*} ;;
	esac
	[ -n "$OUTPUT_DIR" ] || OUTPUT_DIR=/
	[ -d "$OUTPUT_DIR" ] || give_up "the folder $OUTPUT_DIR is not there"
	[ -w "$OUTPUT_DIR" ] || give_up "the folder $OUTPUT_DIR cannot be written to: choose another with --output FILE"
	[ ! -e "$OUTPUT" ] || give_up "$OUTPUT exists already: choose another with --output FILE"
	room=$(free_kb "$OUTPUT_DIR")
	[ "${room:-0}" -ge "$RESERVE_KB" ] ||
		give_up "the disk of $OUTPUT_DIR has only ${room:-0} KiB free, $RESERVE_KB are needed: choose another with --output FILE"
}

be_nice() {
	renice 19 "$$" >/dev/null 2>&1 || renice -n 19 -p "$$" >/dev/null 2>&1
	ionice -c 3 -p "$$" >/dev/null 2>&1
}

require_tools() {
	for tool in awk grep sed tr sort head tail cut ls find xargs tar gzip df du date mkdir rm mv uname id od; do
		have "$tool" || give_up "this machine has no $tool, which the collector needs"
	done
	[ -r /proc/self/stat ] || give_up '/proc is not mounted'
}

collect() {
	item environment '' 60 take_environment
	[ -s "$TMP/pids" ] || give_up "${reason:-/proc shows no process}"
	item netns netns.txt 60 take_netns
	choose_representatives
	item 'sample 1' samples/1.txt 60 take_sample 1
	item dmesg 'dmesg dmesg-clock.txt' 30 take_dmesg
	item node 'proc/version proc/cmdline proc/stat proc/uptime proc/loadavg proc/meminfo proc/vmstat proc/slabinfo proc/buddyinfo' \
		30 take_node
	item sysctl proc/sys 30 take_sysctls
	item processes processes.txt 120 take_processes
	choose_representatives
	item tables proc/net 180 take_tables
	# The next sample repeats these tables, so the interval is counted from here.
	SAMPLED_AT=$(now)
	item fds fds.txt 180 take_fds
	item 'sample 0' samples/0.txt 60 take_sample 0
	item conntrack proc/net/nf_conntrack 30 take_conntrack
	item 'pinned namespaces' netns 60 take_pinned
	item ss ss 120 take_ss
	item protocols sockprotoname.txt 60 take_protocols
	item fdinfo fdinfo.txt 60 take_fdinfo
	item cgroups cgroups.txt 60 take_cgroups
	item pods pods.txt 30 take_pods
	item crictl 'crictl-pods.json crictl-ps.json' 20 take_crictl
	item journal journal-kernel.txt 60 take_journal
	sample=2
	while [ "$sample" -le "$SAMPLES" ]; do
		wait_for_sample
		SAMPLED_AT=$(now)
		item "sample $sample" "samples/$sample.txt samples/$sample" 60 take_sample "$sample"
		sample=$((sample + 1))
	done
}

main() {
	parse_options "$@"
	require_tools
	choose_output
	choose_name
	if [ "$OUTPUT" != - ]; then PART=$OUTPUT_DIR/.$UNIQUE.part; fi
	set_traps
	guard </dev/null >/dev/null 2>&1 &
	GUARD=$!
	make_tmp
	UID_NOW=$(id -u)
	MORE_RIGHTS='run as root'
	if [ "$UID_NOW" = 0 ]; then
		MORE_RIGHTS='not allowed even to this root: run on the node itself, or in a privileged pod (CAP_SYS_PTRACE)'
	fi
	STAGE=$TMP/stage/$FOLDER
	STARTED=$(utc)
	# The second that has begun is not counted: it may be nearly over.
	DEADLINE=$(($(now) + 1 + MAX_SECONDS))
	mkdir -p "$STAGE" || give_up "$TMP cannot be written to"
	: >"$TMP/watch"
	: >"$TMP/items"
	: >"$TMP/samples"
	: >"$TMP/taken"
	be_nice
	find_root
	find_namespaces
	[ "$UID_NOW" = 0 ] || say 'not root: what other users run stays hidden; the archive will say what is missing'
	collect
	if [ "$REDACT" = 1 ]; then
		DEADLINE=$(($(now) + 300))
		MAX_BYTES=$((MAX_BYTES * 3))
		item redaction '' 300 take_redaction
		case $(awk -F '\t' '$1 == "redaction" { print $6 }' "$TMP/items") in
		ok) ;;
		*) give_up 'the redaction did not succeed, so nothing was written' ;;
		esac
	fi
	write_manifest
	: >"$TMP/watch"
	if [ "$OUTPUT" = - ]; then
		pack "$TMP/archive.tar.gz"
		check_packed
		cat "$TMP/archive.tar.gz" || give_up 'the archive could not be written to standard output'
		say "archive: $(wc -c <"$TMP/archive.tar.gz" | tr -d ' ') bytes, sha256 $(checksum_of "$TMP/archive.tar.gz")"
		summary >&2
	else
		pack "$PART"
		check_packed
		publish
		printf '%s\n  size: %s bytes\n  sha256: %s\n' "$OUTPUT" "$(wc -c <"$OUTPUT" | tr -d ' ')" "$(checksum_of "$OUTPUT")"
		summary
	fi
	if awk -F '\t' '$6 == "denied" || $6 == "cut" || $6 == "failed" { found = 1 } END { exit !found }' "$TMP/items"; then
		exit 3
	fi
	exit 0
}

# Children must not read the rest of the script where it comes from standard input.
main "$@" </dev/null
