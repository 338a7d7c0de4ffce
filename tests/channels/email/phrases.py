"""The words by which programs are known, one for each row of the tables in the program: each in its shortest form."""

POSTMEN = """
mailerdeamon
postmaster
postmast
maildaemon
smtpdaemon
mdaemon
pmdf
maildelivery
mailadmin
mailadministrator
postoffice
microsoftexchange00000000000000000000000000000000
mail-router
mmsdaemon
bouncehandler
returnmail
mailreturn
deliveryfailure
undeliverable
dsn
ndr
feedbackloop
fbl
scomp
interscanmss
""".strip("\n").split("\n")

NAMES = """
mail delivery subsystem
mailerdaemon
internet mail delivery
mail administrator
system administrator
system attendant
mail system
postmaster
post master
mail router
delivery subsystem
mail server
email delivery system
系统管理员
邮件系统
系统退信
邮件投递系统
メール配信システム
メールシステム管理者
""".strip("\n").split("\n")

SUBJECTS = """
undeliver
non- deliver
deliversubsystem
permanent failure
warning xuser unknown
aaaa] email delivery
failure notice
failed to deliver
fail:
returned mail
return x
rejected mail
mail reject
mail transport
your email fail
couldnot deliver
unable to deliver
delayed mail
warning could not
notice mail delivery
address not found
unknown user
user unknown
recipient unknown
mailbox full
quota exceeded
message you sent
bounce
expired
postmaster notify
spam bounce
not delivered
message expired
transcript of session
error sending
error in mail
abuse report
complaint about
feedback loop
email feedback report
client tos notification
ndr:
dsn:
ndn:
ndn x
relayed:
delivered:
unzustellbar
zustellung
nicht zustellbar
übermittlungsstatus
benachrichtigung zum
fehler bei der zustellung
ihre nachricht konnte
die nachricht konnte
non remis
échec de
notification d'état
message non distribu
courrier non
non distribu
retour à l'expéditeur
avis de non
no se puede entregar
no entreg
notificación del estado
error de entrega
correo no entregado
mensaje no entregado
devuelto
fallo de
não é possível entregar
não entreg
falha na
notificação de status
mensagem não
email não
non recapitabile
mancato recapito
impossibile recapitare
notifica dello stato
avviso di mancata
messaggio non
onbestelbaar
niet bezorgd
kan niet worden bezorgd
melding over de bezorgstatus
kan ej
olevererb
uleverbar
ikke lever
leveringsfejl
leveringsstatus
meddelandet kunde
toimitusepäonnistu
ei voitu toimittaa
perille toimittamaton
viestin toimit
niedostarcz
nie można dostarczyć
niepowodzenie dostarcz
zwrot: x
nedoručiteln
nelze doručit
nedoručen
oznámení o doruč
kézbesíthetetlen
sikertelen kézbesítés
nelivrabil
imposibil de livrat
недоставлен
не удается доставить
не доставлен
ошибка доставки
сообщение не доставлено
письмо не доставлено
неможливо доставити
не вдалося доставити
teslim edilem
gönderilemed
iletilemed
iletiniz
αδύνατη η παράδοση
μη παραδοτέο
không gửi
配信不能
メール送信
送信できま
エラーメール
不達
未配信
宛先不明
返送
リターンメール
반송
배달 실패
전송 실패
전달되지
발송실패
메일반송
退信
退回
无法投递
無法投遞
未送达
投递失败
您邮件退
邮件退信
邮件系统
""".strip("\n").split("\n")

OPENINGS = """
this is the qmail
qmail-send program
created automatically by mail
automatically generated message
automatic delivery
wasn't to deliver
couldnot deliver
undeliver
delivery to
permanent error
the following address
returned to sender
failed address
user unknown
no such user
unknown user
unroutable
overquota
511 5.1.1
501 1.
bounced
reporting-mta
final-recipient
diagnostic-code
feedback-type
transcript of session
----- address
zugestellt
n'a pu
no pudoentreg
não pôdeentreg
non è statopossibile
niet bezorgd
nie możnadostarcz
не может
teslim edilem
配信
배달
退信
""".strip("\n").split("\n")

TITLES = """
autoreply
out of office autoreply
vacation reply
abwesenheitsnotiz
automatische antwort
autom. antwort
réponse automatique
message d'absence
respuesta automática
risposta automatica
resposta automática
automatisch antwoord
afwezigheidsbericht
autosvar
automatiskt svar
automatisk svar
fraværsmelding
automaattinen vastaus
autoodpowiedź
odpowiedź automatyczna
automatyczna odpowiedź
automatická odpoveď
automatická odpověď
автоматический ответ
автоответ
автоматична відповідь
otomatik yanıt
tự động trả lời
trả lời tự động
automatikus válasz
răspuns automat
αυτόματη απάντηση
自動返信
자동회신
自动回复
auto
out of office
ooo
vacation
away
i am away
abwesend
abwesenheit
nicht im büro
absence
absent
fuera de oficina
ausente
fuori sede
assente
fora do escritório
ausência
afwezig
frånvaro
fravær
poissa
nieobecność
mimo kancelář
ofis dışında
不在
休暇
부재중
休假
""".strip("\n").split("\n")

ABSENCES = """
out of office
on vacation
away from
am away
will be back
limited access to
no access to email
have received your email
no longer work
nicht im büro
abwesend
im urlaub
wieder erreichbar
nicht erreichbar
absent
en congé
de retour
hors du bureau
fuera de la oficina
de vacaciones
ausente
de regreso
fuori sede
in ferie
assente
fora do escritório
de férias
afwezig
met vakantie
niet aanwezig
på semester
inte på kontoret
på ferie
ikke på kontoret
lomalla
poissa
na urlopie
nieobecn
poza biurem
dovolen
mimo kancelář
в отпуске
отсутству
не в офисе
у відпустці
izinde
ofis dışında
nghỉ phép
szabadságon
în concediu
εκτός γραφείου
不在にして
休暇
出張
부재
휴가
출장
休假
出差
外出
不在办公室
无法及时
会尽快回复
已收到来信
""".strip("\n").split("\n")
