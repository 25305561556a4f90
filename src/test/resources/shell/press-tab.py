"""Types a line and a tab, and if need be another, into a real, interactive shell on a terminal of its own.

    press-tab.py bash|zsh SETUP LINE WORD...

SETUP is sourced first. Ends with 0 as soon as the shell has shown every WORD, else with 1 and what it showed.
"""
import fcntl, os, pty, re, select, signal, struct, sys, termios, time

shell, setup, line, *words = sys.argv[1:]
command = {"bash": ["bash", "--norc", "--noprofile", "-i"], "zsh": ["zsh", "-f", "-i"]}[shell]
pid, fd = pty.fork()
if pid == 0:
    os.environ.update(TERM="dumb" if shell == "bash" else "vt100", INPUTRC="/dev/null", LC_ALL="C.UTF-8")
    os.execvp(command[0], command)
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 200, 200, 0, 0))
seen = ""


def read(until, seconds):
    global seen
    end = time.time() + seconds
    while time.time() < end:
        ready, _, _ = select.select([fd], [], [], 0.05)
        if ready:
            try:
                seen += os.read(fd, 65536).decode(errors="replace")
            except OSError:
                return False
        if until(re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen)):
            return True
    return False


def send(text):
    os.write(fd, text.encode())


if shell == "zsh":
    send("autoload -U compinit && compinit -u -D; PS1='acp-pro''mpt> '; LISTMAX=0; unsetopt beep\n")
else:
    send("PS1='acp-pro''mpt> '; bind 'set bell-style none'; bind 'set page-completions off'; bind 'set completion-query-items 0'\n")
send(". %s; echo re''ady\n" % setup)
if not read(lambda text: re.search(r"ready.*acp-prompt> ", text, re.S), 30):
    sys.exit("the shell did not get ready:\n" + seen)
seen = ""
send(line + "\t")
shown = lambda text: all(word in text for word in words)
good = read(shown, 2)
if not good:
    send("\t")
    good = read(shown, 10)
os.kill(pid, signal.SIGKILL)
if not good:
    sys.exit(seen)
