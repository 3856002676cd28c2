"""`python -m api.compiling`: what the engine compiles, made once during set-up, with progress.

numba keeps the machine code on disk, so a first timetable need not wait for it, and processes that
work side by side do not each make it anew. Without numba there is nothing to do.
"""

import sys

from sessions.timetabling.compiled import can_compile, compile_kernels


def main() -> None:
    """Compile the timetable engine, saying how far it has come; a line in the end."""
    if not can_compile():
        return
    drawn = sys.stdout.isatty()

    def progress(name: str, number: int, of: int) -> None:
        if drawn:
            print(f"\r  {number + 1}/{of} {name:<20}", end="", flush=True)

    print("Compiling the timetable engine (once) ...", flush=True)
    compile_kernels(progress)
    if drawn:
        print("\r" + " " * 30 + "\r", end="")


if __name__ == "__main__":
    main()
