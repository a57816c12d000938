import asyncio
import sys

from local.demo.journey import Journey
from local.demo.steps import StepFailed
from local.stack.client import find_running

CLOSING = """
Every step held. What to open next:
  make dev   keeps the platform running, with a dashboard at {web}/
             and the API reference at {web}/api/docs
  README.md  the parts of the platform;  docs/deploy.md  how to deploy them
"""


def main() -> int:
    stack = find_running()
    if stack is None:
        print("error: the platform does not run; use `make demo`", file=sys.stderr)
        return 1
    print(f"The main job, at {stack.urls['web']}")
    try:
        asyncio.run(Journey(stack.urls["web"], stack.urls["channels"], stack.urls["mail"]).run())
    except StepFailed as failure:
        print(f"\nerror: this step does not hold: {failure}", file=sys.stderr)
        return 1
    print(CLOSING.format(web=stack.urls["web"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
