#!/usr/bin/env python3
"""Gathers the licence and notice files that jars carry: licences.py FROM TO writes TO/NAME-FILE of every jar in FROM."""
import os
import re
import sys
import zipfile

source, target = sys.argv[1:]
for name in sorted(os.listdir(source)):
    if not name.endswith(".jar"):
        continue
    with zipfile.ZipFile(os.path.join(source, name)) as jar:
        for entry in sorted(jar.namelist()):
            if re.fullmatch(r"(META-INF/)?(LICENSE|LICENCE|NOTICE)([.-][A-Za-z0-9.-]+)?", entry, re.IGNORECASE):
                flat = f"{name[:-4]}-{os.path.basename(entry)}"
                with open(os.path.join(target, flat), "wb") as out:
                    out.write(jar.read(entry))
