"""How mail programs open a quote, in letters of our own making."""
# ruff: noqa: E501  letters as they stand

from firstline.kit.mailtext import REPLY_LINE

OUTLOOK = (
    "From: Bo <bo@example.test>\nSent: Sunday, 22 November 2026 09:00\nTo: Mei <mei@example.test>\nSubject: Re: Printer"
)
OUTLOOK_ZH = (
    "发件人: Bo <bo@example.test>\n发送时间: 2026年11月22日 9:00\n收件人: Mei <mei@example.test>\n主题: 回复: 打印机"
)
GMAIL = "On Sun, Nov 22, 2026 at 9:00 AM IT Help <help@desk.example.test> wrote:"


def _block(*fields: str) -> str:
    values = ("Bo <bo@example.test>", "22.11.2026 09:00", "Mei <mei@example.test>", "x")
    return "\n".join(f"{field}: {value}" for field, value in zip(fields, values, strict=True))


# What stands between the answer and the old letter, as the mail programs write it; the old letter is not marked.
HEADS = {
    "Outlook in English": OUTLOOK,
    "Outlook in Chinese": OUTLOOK_ZH,
    "Outlook in German": _block("Von", "Gesendet", "An", "Betreff"),
    "Outlook in French": _block("De", "Envoyé", "À", "Objet"),
    "Outlook in Spanish": _block("De", "Enviado", "Para", "Asunto"),
    "Outlook in Italian": _block("Da", "Inviato", "A", "Oggetto"),
    "Outlook in Portuguese": _block("De", "Enviado", "Para", "Assunto"),
    "Outlook in Dutch": _block("Van", "Verzonden", "Aan", "Onderwerp"),
    "Outlook in Swedish": _block("Från", "Skickat", "Till", "Ämne"),
    "Outlook in Danish": _block("Fra", "Sendt", "Til", "Emne"),
    "Outlook in Finnish": _block("Lähettäjä", "Lähetetty", "Vastaanottaja", "Aihe"),
    "Outlook in Polish": _block("Od", "Wysłano", "Do", "Temat"),
    "Outlook in Czech": _block("Od", "Odesláno", "Komu", "Předmět"),
    "Outlook in Russian": _block("От", "Отправлено", "Кому", "Тема"),
    "Outlook in Turkish": _block("Kimden", "Gönderildi", "Kime", "Konu"),
    "Outlook in Vietnamese": _block("Từ", "Đã gửi", "Đến", "Chủ đề"),
    "Outlook in Hungarian": _block("Feladó", "Elküldve", "Címzett", "Tárgy"),
    "Outlook in Romanian": _block("De la", "Trimis", "Către", "Subiect"),
    "Outlook in Greek": _block("Από", "Στάλθηκε", "Προς", "Θέμα"),
    "Outlook in Japanese": _block("差出人", "送信日時", "宛先", "件名"),
    "Outlook in Korean": _block("보낸 사람", "보낸 날짜", "받는 사람", "제목"),
    "Outlook on the web": "________________________________\n" + OUTLOOK,
    "Outlook with bold names": "*From:* Bo\n*Sent:* Sunday\n*To:* Mei\n*Subject:* Re: Printer",
    "Outlook with an extra line": "From: Bo\nSent: Sunday\nTo: Mei\nCc: Yu\nImportance: High\nSubject: Re: Printer",
    "Outlook with full-width colons": OUTLOOK_ZH.replace(": ", "："),
    "Outlook with many recipients": OUTLOOK.replace("\nSubject", ";\n Yu <yu@example.test>;\n Al <al@a.test>\nSubject"),
    "headers on one line": "发件人：Bo 发送时间：2026年11月22日 收件人：Mei 主题：打印机",
    "old Outlook": "-----Original Message-----\n" + OUTLOOK,
    "old Outlook in Chinese": "-----邮件原件-----\n" + OUTLOOK_ZH,
    "Hotmail": "Date: Sun, 22 Nov 2026 09:00:00 +0800\nFrom: bo@example.test\nTo: mei@example.test\nSubject: Printer",
    "Hotmail with the subject first": "Subject: Printer\nFrom: bo@example.test\nTo: mei@example.test\nDate: Sun, 22 Nov",
    "QQ": "------------------ 原始邮件 ------------------\n"
    '发件人: "Bo" <bo@example.test>;\n发送时间: 2026年\n收件人: "Mei";\n主题: x',
    "QQ abroad": "------------------&nbsp;Original&nbsp;------------------".replace("&nbsp;", "\xa0") + '\nFrom: "Bo"',
    "QQ with hard blanks": '------------------\xa0原始邮件\xa0------------------\n发件人:\xa0"Bo"',
    "dashes in Chinese": "-----原始邮件-----",
    "139": "----邮件原文----\n发件人：Bo\n收件人：Mei\n主题：x",
    "Sina": "----- 原始邮件 -----\n发件人：bo@example.test\n收件人：Mei\n主题：打印机\n日期：2026年11月22日 09点00分",
    "Aliyun": "-" * 66 + "\n发件人：Bo <bo@example.test>\n日　期：2026年11月22日\n收件人：Mei\n主　题：Re: 打印机",
    "WeCom": "发件人: Bo <bo@example.test>\n日期: 2026/11/22 09:00\n收件人: Mei\n主题: 打印机",
    "163": 'At 2026-11-22 09:00:00, "Bo" <bo@example.test> wrote:',
    "163 in Chinese": '在 2026-11-22 09:00:00，"Bo" <bo@example.test> 写道：',
    "NetEase Master": "---- 回复的原邮件 ----\n"
    "| 发件人 | Bo<bo@example.test> |\n| 日期 | 2026年11月22日 |\n| 收件人 | Mei |\n| 主题 | x |",
    "Foxmail": " \n发件人： Bo\n发送时间： 2026-11-22 09:00\n收件人： Mei\n抄送： Yu\n主题： 打印机",
    "Gmail without marks": GMAIL,
    "Gmail in Chinese": "Bo <bo@example.test> 于2026年11月22日周日 09:00写道：",
    "Gmail in Taiwan": "Bo <bo@example.test> 於 2026年11月22日 週日 上午9:00寫道：",
    "old Gmail in Chinese": "2026-11-22 9:00 GMT+08:00 张三 <zhang@example.test>:",
    "Apple in Chinese": "在 2026年11月22日，Bo <bo@example.test> 写道：",
    "Yahoo": "On Sunday, November 22, 2026, 09:00:00 AM GMT+8, Bo <bo@example.test> wrote:",
    "Proton": "------- Original Message -------\nOn Sunday, November 22nd, 2026 at 9:00 AM, Bo <bo@example.test> wrote:",
    "old Proton": "‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐\nOn Sunday, November 22, 2026 9:00 AM, Bo <bo@example.test> wrote:",
    "Samsung": "-------- Original message --------\nFrom: Bo <bo@example.test>\nDate: 22/11/2026 9:00 am (GMT+08:00)\nTo: Mei",
    "Spark": "On 22 Nov 2026, 9:00 AM +0800, Bo <bo@example.test>, wrote:",
    "Zoho": "---- On Sun, 22 Nov 2026 09:00:00 +0800 Bo <bo@example.test> wrote ----",
    "new Zoho": "---- Bo Wang wrote ----",
    "Zoho in Chinese": "---- 在 周日, 2026-11-22 09:00:00 Bo <bo@example.test> 写道 ----",
    "Notes": "-----Bo Wang <bo@example.test> wrote: -----\nTo: Mei\nFrom: Bo\nDate: 22/11/2026\nSubject: x",
    "GroupWise": ">>> Bo Wang <bo@example.test> 22.11.2026 09:00 >>>",
    "our own line": REPLY_LINE,
    "our own line in English": "—— Write your answer above this line ——",
    "our own line below a sentence": "Bo sent at 9:00 <help@desk.example.test>:\n\n" + REPLY_LINE,
    "Japanese": "2026年11月22日(日) 9:00 Bo <bo@example.test>のメール:",
    "Yandex": '22.11.2026, 09:00, "Bo" <bo@example.test>:',
}
# And those that mark each line of the old letter.
MARKED_HEADS = {
    "Gmail": GMAIL,
    "Gmail wrapped": "On Sun, Nov 22, 2026 at 9:00 AM IT Help\n<help@desk.example.test> wrote:",
    "Apple": "On 22 Nov 2026, at 09:00, Bo <bo@example.test> wrote:",
    "Thunderbird": "Am 22.11.26 um 09:00 schrieb Bo:",
    "German": "Am So., 22. Nov. 2026 um 09:00 Uhr schrieb Bo <bo@example.test>:",
    "German by name": "Bo Wang schrieb am 22.11.2026 um 09:00:",
    "French": "Le dim. 22 nov. 2026 à 09:00, Bo <bo@example.test> a écrit :",
    "Spanish": "El dom, 22 nov 2026 a las 9:00, Bo (<bo@example.test>) escribió:",
    "Portuguese": "Em dom., 22 de nov. de 2026 às 09:00, Bo <bo@example.test> escreveu:",
    "Italian": "Il giorno dom 22 nov 2026 alle ore 09:00 Bo <bo@example.test> ha scritto:",
    "Dutch": "Op zo 22 nov 2026 om 09:00 schreef Bo <bo@example.test>:",
    "Dutch Apple": "Op 22 nov. 2026 om 09:00 heeft Bo <bo@example.test> het volgende geschreven:",
    "old Gmail": "2026/11/22 Bo Wang <bo@example.test>",
    "Danish": "Den søn. 22. nov. 2026 kl. 09.00 skrev Bo <bo@example.test>:",
    "Norwegian": "søn. 22. nov. 2026 kl. 09:00 skrev Bo <bo@example.test>:",
    "Swedish": "Den sön 22 nov. 2026 kl 09:00 skrev Bo <bo@example.test>:",
    "Finnish": "su 22. marrask. 2026 klo 9.00 Bo (bo@example.test) kirjoitti:",
    "Polish": "niedz., 22 lis 2026 o 09:00 Bo <bo@example.test> napisał(a):",
    "Polish Thunderbird": "W dniu 22.11.2026 o 09:00, Bo pisze/napisał:",
    "Czech": "ne 22. 11. 2026 v 9:00 odesílatel Bo <bo@example.test> napsal:",
    "Slovak": "ne 22. 11. 2026 o 9:00 Bo <bo@example.test> napísal(a):",
    "Russian": "вс, 22 нояб. 2026 г. в 09:00, Bo <bo@example.test>:",
    "Russian with a verb": "22 ноября 2026 г., в 09:00, Bo <bo@example.test> написал(а):",
    "Ukrainian": "нд, 22 лист. 2026 р. о 09:00 Bo <bo@example.test> пише:",
    "Turkish": "Bo <bo@example.test>, 22 Kas 2026 Paz, 09:00 tarihinde şunu yazdı:",
    "Vietnamese": "Vào CN, 22 thg 11, 2026 vào lúc 09:00 Bo <bo@example.test> đã viết:",
    "Hungarian": "Bo <bo@example.test> ezt írta (időpont: 2026. nov. 22., V, 9:00):",
    "Japanese": "2026年11月22日(日) 9:00 Bo <bo@example.test>:",
    "Korean": "2026년 11월 22일 (일) 오전 9:00, Bo <bo@example.test>님이 작성:",
    "a name only": "Bo Wang wrote:",
    "Apple in Chinese": "在 2026年11月22日，Bo <bo@example.test> 写道：",
    "old Outlook": "-----Original Message-----",
    "Apple inside the marks": "> 在 2026年11月22日，上午9:00，Bo <bo@example.test> 写道：",
    "Hotmail inside the marks": "> From: bo@example.test\n> To: mei@example.test\n> Date: Sun, 22 Nov 2026\n> Subject: x",
    "a weekday only": "On Mon, Bo wrote:",
    "Horde": "Quoting Bo Wang <bo@example.test>:",
    "gnus": "Bo Wang <bo@example.test> writes:",
    # Thunderbird's and others', by the name of a desk, of which only the first word begins large
    "Polish Thunderbird today": "W dniu 22.11.2026 o 09:00, IT help desk pisze:",
    "Polish Apple": "Wiadomość napisana przez IT help desk <it@example.test> w dniu 22.11.2026, o godz. 09:00:",
    "Finnish by name": "IT help desk kirjoitti 22.11.2026 klo 9.00:",
    "Finnish Thunderbird": "22.11.2026, 9.00, IT help desk kirjoitti:",
    "Korean Thunderbird": "2026-11-22 오전 9:00에 IT help desk 이(가) 쓴 글:",
    "Turkish by name": "IT help desk 22.11.2026 09:00 tarihinde yazdı:",
    "Turkish Thunderbird": "22.11.2026 09:00 tarihinde IT help desk yazdı:",
    "Taiwanese Thunderbird": "IT help desk 於 2026/11/22 上午 09:00 寫道:",
    "Chinese by name": "IT help desk 写于 2026/11/22 9:00:",
    "Slovenian": "Dne 22. 11. 2026 ob 09:00 je IT help desk napisal(a):",
    "Croatian by name": "IT help desk je napisao/la dana 22.11.2026. u 9:00:",
    "Croatian": "22.11.2026. u 9:00, IT help desk je napisao/la:",
    "Bulgarian": "На 22.11.2026 г. в 9:00 ч., IT help desk написа:",
    "Estonian by name": "IT help desk kirjutas 22.11.2026 kell 9:00:",
    "Estonian": "22.11.2026 9:00 IT help desk kirjutas:",
    "Catalan": "El 22/11/2026 a les 9:00, IT help desk ha escrit:",
    "Galician": "O 22/11/2026 ás 9:00, IT help desk escribiu:",
    "Czech by name": "IT help desk napsal(a) dne 22.11.2026 v 9:00:",
    "Lithuanian by name": "Pagalba IT rašė 2026-11-22 09:00:",
    "Icelandic": "Þann 22.11.2026 9:00, skrifaði IT help desk:",
    "Nynorsk": "Den 22.11.2026 09:00, IT help desk skreiv:",
    "Russian by name": "Служба поддержки пишет 22.11.2026 9:00:",
}


def prefixed(text: str) -> str:
    """The text with marks, as mail programs quote it."""
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))
