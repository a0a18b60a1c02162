/** Where the links of a page lead that answers to filters have brought, by the number of each link. */
import type { WordedEvidence } from '../../core/wording/worded.ts';
import type { FilteredBundle } from '../../protocol/worker-messages.ts';

/** Answers to earlier filters whose links may still be on the page. */
const KEPT = 3;

type Answer = Pick<FilteredBundle, 'firstId' | 'places'>;

export class PlaceAnswers {
  /** The newest first: a worker that was replaced numbers from the start again, and the page shows what came last. */
  #answers: readonly Answer[] = [];

  add(answer: Answer): void {
    this.#answers = [answer, ...this.#answers.slice(0, KEPT - 1)];
  }

  clear(): void {
    this.#answers = [];
  }

  find(id: number): WordedEvidence | undefined {
    const answer = this.#answers.find(({ firstId, places }) => id >= firstId && id < firstId + places.length);
    return answer?.places[id - answer.firstId];
  }
}
