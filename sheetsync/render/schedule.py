"""Ready units for the schedulers people have. Each is text to be installed as its first lines say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from shlex import quote
from xml.sax.saxutils import escape


@dataclass(frozen=True, slots=True)
class Job:
    """What to run and how often: the absolute paths of the command and of the project, and minutes between runs."""

    command: str
    project: str
    minutes: int

    @property
    def name(self) -> str:
        """A name for the unit: `sheetsync-<folder>`."""
        return f"sheetsync-{PurePath(self.project).name}"


def cron_text(job: Job) -> str:
    """One crontab line. Overlap is refused by sheetsync's own lock, so no `flock` is needed."""
    when = f"*/{job.minutes} * * * *" if job.minutes < 60 else f"7 */{max(1, job.minutes // 60)} * * *"
    line = f"{quote(job.command)} refresh -C {quote(job.project)}"
    log = quote(f"{job.project}/.sheetsync/cron.log")
    return (
        f"# crontab -e, then add this line. % is special in crontab and is escaped.\n"
        f"{when} {line.replace('%', chr(92) + '%')} >>{log.replace('%', chr(92) + '%')} 2>&1\n"
    )


def systemd_text(job: Job) -> str:
    """A service and a timer: no overlap by design, missed runs are caught up, start times are spread."""
    return f"""\
# ~/.config/systemd/user/{job.name}.service
[Unit]
Description=sheetsync refresh of {_unit(job.project)}

[Service]
Type=oneshot
ExecStart="{_unit(job.command)}" refresh -C "{_unit(job.project)}"
NoNewPrivileges=true
PrivateTmp=true

# ~/.config/systemd/user/{job.name}.timer
[Unit]
Description=sheetsync refresh every {job.minutes} minutes

[Timer]
OnBootSec=2min
OnUnitActiveSec={job.minutes}min
RandomizedDelaySec=30
Persistent=true

[Install]
WantedBy=timers.target

# then: systemctl --user daemon-reload && systemctl --user enable --now {job.name}.timer
"""


def _unit(text: str) -> str:
    """Text inside double quotes of a unit file: systemd expands % and needs quotes and backslashes escaped."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")


def launchd_text(job: Job) -> str:
    """A property list for a macOS user agent."""
    arguments = "\n".join(
        f"    <string>{escape(part)}</string>" for part in (job.command, "refresh", "-C", job.project)
    )
    return f"""\
<?xml version="1.0" encoding="UTF-8"?>
<!-- ~/Library/LaunchAgents/{job.name}.plist, then: launchctl load ~/Library/LaunchAgents/{job.name}.plist -->
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>{escape(job.name)}</string>
  <key>ProgramArguments</key>
  <array>
{arguments}
  </array>
  <key>StartInterval</key>
  <integer>{job.minutes * 60}</integer>
  <key>StandardErrorPath</key>
  <string>{escape(job.project)}/.sheetsync/launchd.log</string>
</dict>
</plist>
"""


def windows_text(job: Job) -> str:
    """A command for the Windows task scheduler, as PowerShell."""
    command, project = job.command.replace("'", "''"), job.project.replace("'", "''")
    return f"""\
# PowerShell, as the user who owns the workbook:
$action = New-ScheduledTaskAction -Execute '{command}' -Argument 'refresh -C "{project}"'
$trigger = New-ScheduledTaskTrigger -Once -At (Get-Date) -RepetitionInterval (New-TimeSpan -Minutes {job.minutes})
$settings = New-ScheduledTaskSettingsSet -MultipleInstances IgnoreNew -StartWhenAvailable
Register-ScheduledTask -TaskName '{job.name}' -Action $action -Trigger $trigger -Settings $settings
"""


def github_actions_text(job: Job) -> str:
    """A workflow for a project kept in a repository with a Google workbook; the key is a repository secret."""
    when = f"*/{job.minutes} * * * *" if job.minutes < 60 else f"7 */{max(1, job.minutes // 60)} * * *"
    return f"""\
# .github/workflows/sheetsync.yml - for a Google workbook. The service account key is the secret SHEETSYNC_KEY.
name: sheetsync
on:
  schedule:
    - cron: "{when}"
  workflow_dispatch:
concurrency: sheetsync
permissions:
  contents: read
jobs:
  refresh:
    runs-on: ubuntu-latest
    timeout-minutes: 20
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - uses: actions/cache@v4
        with:
          path: {PurePath(job.project).name}/.sheetsync
          key: sheetsync-${{{{ github.run_id }}}}
          restore-keys: sheetsync-
      - run: pip install sheetsync-plan
      - run: |
          umask 077
          printf '%s' "$SHEETSYNC_KEY" > "$RUNNER_TEMP/key.json"
          sheetsync refresh -C {quote(PurePath(job.project).name)}
        env:
          SHEETSYNC_KEY: ${{{{ secrets.SHEETSYNC_KEY }}}}
          GOOGLE_APPLICATION_CREDENTIALS: ${{{{ runner.temp }}}}/key.json
"""


UNITS: dict[str, Callable[[Job], str]] = {
    "cron": cron_text,
    "systemd": systemd_text,
    "launchd": launchd_text,
    "windows": windows_text,
    "github-actions": github_actions_text,
}
"""Every scheduler by the name `sheetsync schedule` takes."""
