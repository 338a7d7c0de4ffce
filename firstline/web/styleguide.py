"""Every component in realistic states, for those who build pages; shown in development and in the demo."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from firstline.kit import clock
from firstline.people.models import Person
from firstline.tickets.models import Message
from firstline.web.rows import Row
from firstline.web.toasts import Toast

# number, subject, who, state, clock status, minutes until due, line, agent; each pair is English, Chinese
ROWS = [
    (
        "IT-1093",
        ("VPN keeps dropping since this morning, cannot reach the ERP", "VPN 早上开始一直掉线，进不了 ERP"),
        ("Finance · Shanghai", "财务 · 上海"),
        "pending",
        "late",
        -4,
        "L1",
        "",
    ),
    (
        "IT-1092",
        ("Room 8F-03 has no picture, client meeting at 10", "会议室 8F-03 投屏没有信号，10 点有客户会议"),
        ("Facilities · Shenzhen", "行政 · 深圳"),
        "pending",
        "soon",
        3,
        "L1",
        "",
    ),
    (
        "IT-1090",
        ("Outlook asks for the password again and again", "Outlook 反复要求输入密码"),
        ("Sales · Berlin", "销售 · 柏林"),
        "in_progress",
        "running",
        71,
        "L1",
        "Bo Wen",
    ),
    (
        "IT-1088",
        ("Figma licence for a new designer", "申请 Figma 专业版许可（设计部新员工）"),
        ("Design · Shanghai", "设计 · 上海"),
        "waiting",
        "paused",
        0,
        "L1.5",
        "于晓",
    ),
    (
        "IT-1081",
        ("SAP: invoice posting fails with error F5 702", "SAP 发票过账报错 F5 702"),
        ("Finance · Berlin", "财务 · 柏林"),
        "in_progress",
        "running",
        1560,
        "L2 Biz",
        "Chen Gang",
    ),
    (
        "IT-1066",
        ("No notifications from WeCom on the phone", "手机收不到企业微信通知"),
        ("Sales · Shanghai", "销售 · 上海"),
        "resolved",
        "met",
        0,
        "L1",
        "Bo Wen",
    ),
    (
        "IT-1060",
        ("Second monitor", "申请第二台显示器"),
        ("Legal · Berlin", "法务 · 柏林"),
        "closed",
        "missed",
        0,
        "L1",
        "Bo Wen",
    ),
]

STATES = {
    "pending": ("Pending", "待受理"),
    "in_progress": ("In progress", "处理中"),
    "waiting": ("Waiting", "等待中"),
    "resolved": ("Resolved", "已解决"),
    "closed": ("Closed", "已关闭"),
    "cancelled": ("Cancelled", "已取消"),
}


class SampleForm(forms.Form):
    """One field of each sort."""

    subject = forms.CharField(max_length=80)
    details = forms.CharField(widget=forms.Textarea, help_text="…")
    place = forms.ChoiceField(choices=[("sh", "Shanghai"), ("sz", "Shenzhen"), ("be", "Berlin")], required=False)
    blocked = forms.ChoiceField(choices=[("me", "me"), ("team", "team")], widget=forms.RadioSelect)
    call = forms.BooleanField(required=False)
    until = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), required=False)

    def __init__(self, *args: Any, pick: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["subject"].label = pick("In one sentence", "用一句话说明")
        fields["details"].label = pick("What happens", "具体情况")
        fields["details"].help_text = pick(
            "What you did, what you saw, since when.", "您做了什么、看到了什么、从什么时候开始。"
        )
        fields["place"].label = pick("Where you are", "所在办公室")
        fields["place"].choices = [
            ("sh", pick("Shanghai", "上海")),
            ("sz", pick("Shenzhen", "深圳")),
            ("be", pick("Berlin", "柏林")),
        ]
        fields["blocked"].label = pick("Who cannot work", "影响范围")
        fields["blocked"].choices = [
            ("me", pick("Only me", "只有我")),
            ("team", pick("My team", "我的团队")),
            ("all", pick("The whole office", "整个办公室")),
        ]
        fields["call"].label = pick("Call me back", "请给我回电话")
        fields["until"].label = pick("Needed by", "希望完成日期")


@dataclass(frozen=True)
class SampleLetter:
    """A delivery, as far as its component looks at it."""

    state: str
    label: str
    address: str
    why: str = ""
    advice: str = ""
    code: str = ""
    next_try_at: dt.datetime | None = None

    @property
    def has_failed(self) -> bool:
        return self.state == "failed"

    @property
    def is_held(self) -> bool:
        return self.state == "dropped"

    @property
    def is_delayed(self) -> bool:
        return self.next_try_at is not None

    def get_state_display(self) -> str:
        return self.label


def show(request: HttpRequest) -> HttpResponse:
    """The page of all components, in the active language."""
    chinese = (get_language() or "en").startswith("zh")

    def pick(english: str, chinese_: str) -> str:
        return chinese_ if chinese else english

    now = clock.now()
    context = {
        "pick": pick,
        "rows_": [_row(number, values, now=now, pick=pick) for number, values in enumerate(ROWS)],
        "states": [(category, pick(*names)) for category, names in STATES.items()],
        "at": {minutes: now - dt.timedelta(minutes=minutes) for minutes in (2, 25, 60 * 30, 60 * 24 * 400)},
        "later": {minutes: now + dt.timedelta(minutes=minutes) for minutes in (-4, 3, 72, 220, 1560)},
        "form": SampleForm(pick=pick, auto_id="empty_%s"),
        "wrong": SampleForm({"subject": ""}, pick=pick, auto_id="wrong_%s"),
        "sent_letters": [
            SampleLetter("sent", pick("Sent", "已发送"), "mei@corp.example"),
            SampleLetter(
                "queued",
                pick("Waiting to be sent", "等待发送"),
                "mei@corp.example",
                why=pick("The mail server did not answer.", "邮件服务器没有响应。"),
                next_try_at=now + dt.timedelta(minutes=15),
            ),
            SampleLetter(
                "failed",
                pick("Could not be delivered", "无法送达"),
                "mei@corp.exmaple",
                why=pick("There is no such address.", "该地址不存在。"),
                advice=pick("Correct the address, then send again.", "请改正地址后重新发送。"),
                code="550 5.1.1",
            ),
            SampleLetter(
                "dropped",
                pick("Not sent", "未发送"),
                "mei@corp.exmaple",
                why=pick("Letters to this address come back.", "发往该地址的邮件会被退回。"),
                advice=pick("Correct the address, then send it.", "请改正地址后再发送。"),
            ),
        ],
        "bounced_one": Person(pk=1, email="mei@corp.exmaple", bounced_at=now, bounced_why="no_address"),
        "proofs": [Message(proof=proof) for proof in Message.Proof.values],
        "shown_toasts": [
            Toast(pick("Reply sent to Lin Mei", "回复已发送给林梅"), "good", "/styleguide"),
            Toast(pick("This ticket is already resolved.", "该工单已经解决。"), "late"),
        ],
    }
    return render(request, "styleguide.html", context)


def _row(number: int, values: tuple, *, now: dt.datetime, pick: Any) -> Row:
    key, subject, who, state, clock_status, minutes, line, agent = values
    return Row(
        id=number,
        number=key,
        subject=pick(*subject),
        href=f"#{key}",
        who=pick(*who),
        state=state,
        state_label=pick(*STATES[state]),
        clock_status=clock_status,
        due=now + dt.timedelta(minutes=minutes, seconds=20),
        soon_at=now + dt.timedelta(minutes=minutes - 15),
        line=line,
        agent=agent,
        unread=state == "pending",
    )
