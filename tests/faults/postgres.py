"""A PostgreSQL server of its own, on a socket in a folder and on no port."""
import os
import pathlib
import pwd
import subprocess
import sys
import time


def programs():
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: int(p.parts[4]))
    if not found:
        sys.exit("PostgreSQL is not installed: apt-get install postgresql")
    return found[-1].parent


class Postgres:
    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        # It refuses to run as root.
        self.user = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        if self.user:
            os.chown(folder, self.user.pw_uid, self.user.pw_gid)
            for above in folder.parents:
                if above.stat().st_uid == 0 and above.stat().st_mode & 0o777 == 0o700:
                    above.chmod(0o711)
        self.run("initdb", "-D", f"{folder}/data", "-U", "docent", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
                 "--no-sync", "--no-instructions")
        self.process = self.popen("postgres", "-D", f"{folder}/data", "-k", str(folder), "-c", "listen_addresses=",
                                  "-c", "fsync=off", "-c", "shared_buffers=16MB", stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
        self.url = f"postgresql:///postgres?user=docent&host={folder}"
        for _ in range(500):
            if self.sql("SELECT 1", check=False) == "1":
                return
            time.sleep(0.02)
        sys.exit("PostgreSQL did not start")

    def popen(self, program, *words, **more):
        if self.user:
            more |= {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
        return subprocess.Popen([str(programs() / program), *words], cwd="/", **more)

    def run(self, program, *words, check=True):
        process = self.popen(program, *words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        out, error = process.communicate(timeout=60)
        if check and process.returncode:
            sys.exit(f"{program}: {error}")
        return out.strip()

    def sql(self, text, check=True):
        return self.run("psql", "-X", "-q", "-A", "-t", self.url, "-c", text, check=check)

    def close(self):
        self.process.send_signal(2)  # fast shutdown
        self.process.wait(30)
