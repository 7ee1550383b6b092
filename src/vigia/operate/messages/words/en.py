"""The words in English."""

from vigia.operate.messages.words.catalogue import AlarmWords, Count, DigestWords, LineWords, MessageWords

EN = MessageWords(
    digest=DigestWords(
        subject="Vigía ({fleet}) {day}: {what}",
        heading="Anomalies to verify on {day}",
        first="This is the first digest. Up to today {all} were recorded, and {left} to verify.",
        since="Since {when}: {parts}.",
        quiet="nothing new",
        quiet_line="Nothing new since {when}.",
        nothing_open="There is no anomaly to verify.",
        data_until="Data until {when}.",
        to_verify="To verify",
        all=Count("1 anomaly", "{count} anomalies"),
        left=Count("1 is left", "{count} are left"),
        open=Count("1 anomaly to verify", "{count} anomalies to verify"),
        sections={
            "new": "New",
            "growing": "Growing",
            "ended": "Ended",
            "withdrawn": "Withdrawn",
            "overdue": "Overdue: in review for more than {days} days",
            "top": "Most at stake",
        },
        notes={
            "growing": "At least a tenth more is at stake than when they were told last.",
            "withdrawn": "With the readings that are there now they are not seen any more.",
        },
        parts={
            "new": Count("1 new", "{count} new"),
            "growing": Count("1 growing", "{count} growing"),
            "ended": Count("1 ended", "{count} ended"),
            "withdrawn": Count("1 withdrawn", "{count} withdrawn"),
            "overdue": Count("1 overdue", "{count} overdue"),
        },
        more=Count("and 1 more on the dashboard", "and {count} more on the dashboard"),
        severity="By severity",
        at_stake="At stake",
        others="The others",
        withdrawn="withdrawn",
        filter="This digest is about",
        of_sector="clients of the sector {sector}",
        of_clients="clients {clients}",
        of_severity="severity {severity} or above",
    ),
    line=LineWords(
        members=Count("{name} and 1 more", "{name} and {count} more"),
        grade="{severity} severity",
        going_on="{kind}, since {start}",
        over="{kind}, from {start} to {end}",
        interval="{low} to {high}",
        before="before {energy}",
        in_review="in review since {when}",
        assignee="assigned to {name}",
        merged="part of another anomaly now",
    ),
    alarm=AlarmWords(
        subject="Vigía ({fleet}) {day}: {what}",
        known={
            "no_daily_run": "The last daily run that ended well is of {when}, {hours} hours ago.",
            "daily_run_failed": "The daily run of {day} did not finish: {error}",
            "readings_stopped": "The last reading of all is of {when}, {hours} hours ago.",
            "clients_silent": "{clients} for more than {hours} hours.",
            "mail_waits": "The message that waits longest was to leave on {when}, {hours} hours ago.",
            "mail_failed": "{messages} in the last 24 hours.",
        },
        never="No daily run has ended well yet.",
        advice={
            "no_daily_run": "Meanwhile nothing looks for anomalies. See whether `vigia worker`, or the timer that "
            "calls `vigia daily`, is running.",
            "daily_run_failed": "It is tried again. Meanwhile no anomalies are announced.",
            "readings_stopped": "Meanwhile nothing can be known of anomalies. See where the readings come from.",
            "clients_silent": "Whether there are anomalies of these clients cannot be known. See to their meters and "
            "to how their readings arrive.",
            "mail_waits": "See to `configs/mail.yaml`, to the mail server, and whether `vigia send` is called.",
            "mail_failed": "See to the addresses with `vigia subscriptions list`, and to what the server said with "
            "`vigia send --list 20`.",
        },
        clients="Clients",
        last_reading="last reading on {when}",
        silent=Count("No readings of 1 client arrive", "No readings of {count} clients arrive"),
        refused=Count("1 message was refused", "{count} messages were refused"),
    ),
    board="Open the dashboard",
    footer="Each anomaly is something to be verified: no cause is claimed and nobody is accused.",
    unsubscribe="Stop receiving these messages",
)
