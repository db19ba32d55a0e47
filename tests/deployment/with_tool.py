"""with_tool.py TOOL ARGS...: runs it where there is one; else says so and ends with 77."""

import os
import shutil
import sys

tool = shutil.which(sys.argv[1], path=os.environ["PATH"] + ":/usr/sbin")
if tool is None:
    print(f"skipped: there is no {sys.argv[1]} here; packaging/check-deployment.sh fetches one")
    sys.exit(77)
os.execv(tool, sys.argv[1:])
