"""The words in Spanish, as it is written in Peru."""

from vigia.operate.messages.words.catalogue import AlarmWords, Count, DigestWords, LineWords, MessageWords

ES = MessageWords(
    digest=DigestWords(
        subject="Vigía ({fleet}) {day}: {what}",
        heading="Anomalías por verificar al {day}",
        first="Este es el primer resumen. Hasta hoy se registraron {all} y {left} por verificar.",
        since="Desde el {when}: {parts}.",
        quiet="sin novedades",
        quiet_line="Sin novedades desde el {when}.",
        nothing_open="No hay ninguna anomalía por verificar.",
        data_until="Datos hasta el {when}.",
        to_verify="Por verificar",
        all=Count("1 anomalía", "{count} anomalías"),
        left=Count("queda 1", "quedan {count}"),
        open=Count("1 anomalía por verificar", "{count} anomalías por verificar"),
        sections={
            "new": "Nuevas",
            "growing": "Creciendo",
            "ended": "Terminadas",
            "withdrawn": "Retiradas",
            "overdue": "Atrasadas: en revisión hace más de {days} días",
            "top": "Con más en juego",
        },
        notes={
            "growing": "Está en juego al menos una décima parte más que la última vez que se informó.",
            "withdrawn": "Con las lecturas que se tienen ahora ya no se observan.",
        },
        parts={
            "new": Count("1 nueva", "{count} nuevas"),
            "growing": Count("1 creciendo", "{count} creciendo"),
            "ended": Count("1 terminada", "{count} terminadas"),
            "withdrawn": Count("1 retirada", "{count} retiradas"),
            "overdue": Count("1 atrasada", "{count} atrasadas"),
        },
        more=Count("y 1 más en el tablero", "y {count} más en el tablero"),
        severity="Por gravedad",
        at_stake="En juego",
        others="Las demás",
        withdrawn="retirada",
        filter="Este resumen trata de",
        of_sector="clientes del sector {sector}",
        of_clients="clientes {clients}",
        of_severity="gravedad {severity} o mayor",
    ),
    line=LineWords(
        members=Count("{name} y 1 más", "{name} y {count} más"),
        grade="gravedad {severity}",
        going_on="{kind}, desde el {start}",
        over="{kind}, del {start} al {end}",
        interval="de {low} a {high}",
        before="antes {energy}",
        in_review="en revisión desde el {when}",
        assignee="a cargo de {name}",
        merged="ahora es parte de otra anomalía",
    ),
    alarm=AlarmWords(
        subject="Vigía ({fleet}) {day}: {what}",
        known={
            "no_daily_run": "El último proceso diario que terminó bien es del {when}, hace {hours} horas.",
            "daily_run_failed": "El proceso diario del {day} no terminó: {error}",
            "readings_stopped": "La última lectura de todas es del {when}, hace {hours} horas.",
            "clients_silent": "{clients} hace más de {hours} horas.",
            "mail_waits": "El mensaje que más espera debía salir el {when}, hace {hours} horas.",
            "mail_failed": "{messages} en las últimas 24 horas.",
        },
        never="Todavía no terminó bien ningún proceso diario.",
        advice={
            "no_daily_run": "Mientras tanto no se buscan anomalías. Conviene revisar que `vigia worker`, o el "
            "temporizador que llama a `vigia daily`, esté en marcha.",
            "daily_run_failed": "Se intenta otra vez. Mientras tanto no se anuncian anomalías.",
            "readings_stopped": "Mientras tanto no se puede saber de anomalías. Conviene revisar de dónde vienen las "
            "lecturas.",
            "clients_silent": "De esos clientes no se puede saber si hay anomalías. Conviene revisar sus medidores y "
            "cómo llegan sus lecturas.",
            "mail_waits": "Conviene revisar `configs/mail.yaml`, el servidor de correo y que `vigia send` se llame.",
            "mail_failed": "Conviene revisar las direcciones con `vigia subscriptions list` y lo que respondió el "
            "servidor con `vigia send --list 20`.",
        },
        clients="Clientes",
        last_reading="última lectura el {when}",
        silent=Count("No llegan lecturas de 1 cliente", "No llegan lecturas de {count} clientes"),
        refused=Count("Se rechazó 1 mensaje", "Se rechazaron {count} mensajes"),
    ),
    board="Abrir el tablero",
    footer="Cada anomalía es algo por verificar: no se afirma su causa ni se señala a nadie.",
    unsubscribe="Dejar de recibir estos mensajes",
)
