"""What a benchmark measured: a table for people, and a JSON object a line in bench.jsonl."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LINES = ROOT / "bench.jsonl"

Cell = str | int | float | None


@dataclass(slots=True)
class Report:
    seed: int
    is_quick: bool
    started_at: datetime
    figures: list[dict[str, Cell]] = field(default_factory=list)

    def figure(
        self, part: str, name: str, value: float | None, of: Mapping[str, Cell], unit: str = ""
    ) -> None:
        """Note one measured figure; `of` says of what it is."""
        self.figures.append({"part": part, "name": name, "value": value, "unit": unit, **of})

    def table(self, title: str, head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
        written = [[_cell(cell) for cell in row] for row in rows]
        widths = [max(len(line[i]) for line in [list(head), *written]) for i in range(len(head))]
        print(f"\n{title}")
        for line in [list(head), ["-" * width for width in widths], *written]:
            first, *rest = line
            cells = [first.ljust(widths[0])]
            cells += [text.rjust(width) for text, width in zip(rest, widths[1:], strict=True)]
            print("  ".join(cells).rstrip())
        sys.stdout.flush()

    def say(self, text: str) -> None:
        print(text, flush=True)

    def save(self) -> None:
        run = {
            "run": self.started_at.isoformat(timespec="seconds"),
            "seed": self.seed,
            "quick": self.is_quick,
        }
        with LINES.open("a", encoding="utf-8") as lines:
            for figure in self.figures:
                lines.write(json.dumps({**run, **figure}) + "\n")


def _cell(cell: Cell) -> str:
    if cell is None:
        return "–"
    return f"{cell:.3f}" if isinstance(cell, float) else str(cell)
