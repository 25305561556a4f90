# Whether a file was put here by somebody already: "yes" or "no". Argument: its path.
if [ -e "$1" ] || [ -L "$1" ]; then echo yes; else echo no; fi
