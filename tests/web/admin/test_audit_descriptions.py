"""Each kind of entry of the audit log says in both languages what happened, and what it was before and is now."""

import re
from typing import Any

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils.translation import override

from firstline.audit.log import NAMES
from firstline.audit.models import AuditEntry
from firstline.catalog.models import SettingChange
from firstline.notices.models import OutgoingServer, SigningKey
from firstline.people import security_log
from firstline.people.models import AccountDomain, Person
from firstline.retention.erasing import erase_person
from firstline.web.admin.audit_descriptions import HAPPENED, details, headline
from firstline.web.admin.change_descriptions import KINDS
from tests.cast import Cast
from tests.web.admin.hands import as_

PAGE = reverse("settings-audit")
IP = {"address": "192.0.2.7"}
ROLE = {"change": 1, "what": "changed", "kind": "people.person", "row": 5, "named": {"manager": [1, 2]}}
COUNTS = {"tickets": 3, "events": 9, "messages": 4, "files": 1, "letters": 2, "deliveries": 6}
RULE = {"rule": "words", "desk": "IT", "days": 90, "rows": 7}

# (name, what): data, words, and what is said in English and Chinese
SAID: dict[tuple[str, str], tuple[dict[str, Any], dict[str, Any], str, str]] = {
    ("signed_in", "signed_in"): (
        {"how": "demo"}, IP, "Signed in | By: Demo · 192.0.2.7", "登录 | 方式：演示 · 192.0.2.7",
    ),
    ("signed_out", "signed_out"): ({}, IP, "Signed out | 192.0.2.7", "退出登录 | 192.0.2.7"),
    ("sign_in_failed", "password_wrong"): ({}, {}, "Sign-in failed: wrong password | ", "登录失败：密码错误 | "),
    ("sign_in_failed", "code_wrong"): ({}, {}, "Sign-in failed: wrong code | ", "登录失败：验证码错误 | "),
    ("sign_in_failed", "passkey_wrong"): ({}, {}, "Sign-in failed: wrong passkey | ", "登录失败：通行密钥错误 | "),
    ("sign_in_failed", "confirm_wrong"): (
        {}, {}, "Wrong password where it was asked for again | ", "再次确认身份时密码错误 | ",
    ),
    ("account_letter", "reset_letter"): (
        {}, {}, "Email sent by which a forgotten password is set anew | ", "已发送重设密码的邮件 | ",
    ),
    ("account_letter", "invited"): ({}, {}, "Invited by email to set a password | ", "已发送设置密码的邀请邮件 | "),
    ("account_opened", "account_opened"): ({}, {}, "Account opened by email domain | ", "凭邮箱域名开通账号 | "),
    ("password_changed", "password_set"): (
        {"by_link": "invitation"}, {},
        "Password set by the link in an email | By: Invitation", "通过邮件链接设置了密码 | 方式：邀请",
    ),
    ("password_changed", "password_changed"): ({}, {}, "Password changed | ", "修改密码 | "),
    ("second_factor", "passkey_added"): ({}, {}, "Passkey added | ", "已添加通行密钥 | "),
    ("second_factor", "passkey_removed"): ({}, {}, "Passkey removed | ", "已移除通行密钥 | "),
    ("second_factor", "app_added"): ({}, {}, "Authenticator app added | ", "已添加验证器应用 | "),
    ("second_factor", "app_removed"): ({}, {}, "Authenticator app removed | ", "已移除验证器应用 | "),
    ("second_factor", "recovery_codes_renewed"): ({}, {}, "Recovery codes made anew | ", "已重新生成恢复代码 | "),
    ("second_factor", "factors_removed"): ({}, {}, "All second factors removed | ", "已移除全部二次验证方式 | "),
    ("session_ended", "session_ended"): ({}, {}, "One session ended | ", "已退出一台设备 | "),
    ("session_ended", "sessions_ended"): ({}, {}, "All sessions ended | ", "已退出所有设备 | "),
    ("role_changed", "admin_given"): ({}, {}, "Made an administrator | ", "设为管理员 | "),
    ("role_changed", "admin_taken"): ({}, {}, "No longer an administrator | ", "取消管理员 | "),
    ("role_changed", "deactivated"): ({}, {}, "Deactivated | ", "已停用 | "),
    ("role_changed", ""): (
        ROLE, {"name": "Bo Wen", "changes": {"admin": [False, True], "city": ["", "Bonn"]}},
        "Role changed | Person · Changed · Bo Wen · Administrator: No → Yes · City: Bonn",
        "角色变更 | 人员 · 已修改 · Bo Wen · 管理员：否 → 是 · 城市：Bonn",
    ),
    ("identity_changed", "identity_added"): (
        {"kind": "email"}, {"subject": "eve@x.example", **IP},
        "Address or name at a channel added | E-mail: eve@x.example · 192.0.2.7",
        "新增地址或渠道名称 | 邮件：eve@x.example · 192.0.2.7",
    ),
    ("identity_changed", "identity_removed"): (
        {"kind": "email"}, {"subject": "eve@x.example"},
        "Address or name at a channel removed | E-mail: eve@x.example", "移除地址或渠道名称 | 邮件：eve@x.example",
    ),
    ("identity_changed", "identity_preferred"): (
        {"kind": "email"}, {"subject": "eve@x.example", "was": "mei@x.example"},
        "Told at another address or name from now on | E-mail: mei@x.example → eve@x.example",
        "今后改用其他地址或名称通知 | 邮件：mei@x.example → eve@x.example",
    ),
    ("token_made", "token_made"): (
        {"scope": "read write"}, {}, "Token made | It may: Read, Read and write", "已创建令牌 | 权限：只读, 读写",
    ),
    ("token_ended", "token_revoked"): ({"token": 7}, {}, "Token ended | Number: 7", "令牌已失效 | 编号：7"),
    ("setting", ""): (
        {"change": 1, "what": "changed", "kind": "catalog.team", "row": 1},
        {"name": "Network", "changes": {"name_en": ["Network", "Networks"]}},
        "Setting changed | Team · Changed · Network · Name in English: Network → Networks",
        "设置变更 | 团队 · 已修改 · Network · 英文名称：Network → Networks",
    ),
    ("setting", "rule"): (
        {"rule": "words", "desk": "IT", "days": 90, "days_was": "—"}, {},
        "Setting changed | How long it is kept: Words and files of closed requests · Desk: IT service desk · "
        "Days: never → 90",
        "设置变更 | 保留期限：已关闭请求的文字和文件 · 服务台：IT 服务台 · 天数：永不删除 → 90",
    ),
    ("setting", "seat"): (
        {"change": 1, "what": "removed", "kind": "catalog.membership", "row": 1},
        {"name": "5@1:agent", "changes": {"role": ["agent", None]}},
        "Setting changed | Seat · Removed · Role: Agent → —", "设置变更 | 坐席 · 已移除 · 角色：处理人 → —",
    ),
    ("address_tried", ""): ({}, IP, "Address tried again | 192.0.2.7", "重新尝试邮箱地址 | 192.0.2.7"),
    ("address_shared", ""): (
        {}, {"address": "a@x.example"},
        "Somebody else has this address already, so this person keeps none | a@x.example",
        "此地址已属于他人，因此此人不再保留地址 | a@x.example",
    ),
    ("erased", ""): (
        {**COUNTS, "everything": True}, {},
        "Words erased | Requests: 3 · Events: 9 · Messages: 4 · Files: 1 · Emails received: 2 · Emails sent: 6 · "
        "Also what others wrote in their requests: Yes",
        "已抹除文字 | 工单数：3 · 事件：9 · 消息：4 · 附件：1 · 收到的邮件：2 · "
        "发出的邮件：6 · 包括他人在其工单中写的内容：是",
    ),
    ("retained", ""): (
        RULE, {},
        "Old data removed | How long it is kept: Words and files of closed requests · Desk: IT service desk · "
        "Days: 90 · Rows: 7",
        "已清除旧数据 | 保留期限：已关闭请求的文字和文件 · 服务台：IT 服务台 · 天数：90 · 行数：7",
    ),
    ("backed_up", ""): (
        {"made_at": "2026-11-30T09:00:00+00:00", "files": 3}, {}, "Backup made | Made: … · Files: 3",
        "已备份 | 制作时间：… · 附件：3",
    ),
    ("restored", ""): (
        {"made_at": "2026-11-30T09:00:00+00:00", "tokens": 2}, {},
        "Backup restored | Made: … · Tokens that ended: 2", "已恢复备份 | 制作时间：… · 已失效的令牌：2",
    ),
    ("armed", ""): (
        {"dropped": 4}, {}, "Sending switched on after a restore | Not sent any more: 4",
        "恢复后已启用发送 | 不再发送：4",
    ),
    ("secrets_rotated", ""): (
        {"secrets": 4, "unreadable": 0}, {},
        "Secrets encrypted anew | Secrets: 4 · Unreadable: 0", "已重新加密密钥 | 密文：4 · 无法读取：0",
    ),
    ("verified", ""): (
        {"events": 9, "entries": 2, "broken": []}, {}, "Logs checked | Events: 9 · Entries: 2",
        "已检查日志 | 事件：9 · 日志条目：2",
    ),
}  # fmt: skip


def test_no_kind_of_entry_is_without_a_row() -> None:
    assert {(name, what) for what, name in security_log.NAMES.items()} <= SAID.keys()
    assert {name for name, _what in SAID} == NAMES.keys()
    assert HAPPENED.keys() == security_log.NAMES.keys()


@pytest.mark.parametrize(("name", "what"), SAID)
def test_it_says_what_happened_in_both_languages(cast: Cast, name: str, what: str) -> None:
    data, words, *wanted = SAID[name, what]
    entry = AuditEntry(name=name, data={**({"what": what} if what in HAPPENED else {}), **data}, words=words)
    for language, said in zip(("en", "zh-hans"), wanted, strict=True):
        with override(language):
            found = f"{headline(entry)} | {details(entry)}"
        assert re.fullmatch(re.escape(said).replace("…", ".+"), found), found


def test_every_sort_of_thing_that_a_page_of_settings_saves_is_called_something() -> None:
    saved = {
        SettingChange.kind_of(model) for app in ("catalog", "sla") for model in apps.get_app_config(app).get_models()
    }
    saved -= {"catalog.settingchange", "catalog.status", "catalog.formversion", "sla.filledyear"}
    saved |= {SettingChange.kind_of(model) for model in (Person, AccountDomain, OutgoingServer, SigningKey)}
    assert saved == KINDS.keys()


def test_what_an_administrator_did_to_somebody_is_told_apart_and_erased_with_them(cast: Cast) -> None:
    ada, mei = as_(cast.ada), cast.mei
    page = f"/settings/people/{mei.pk}/identities/"
    ada.post(f"{page}add/", {"kind": "email", "subject": "Fink@Home.example"})
    ada.post(f"{page}{mei.identities.get(subject='fink@home.example').pk}/prefer/")
    ada.post(f"{page}{mei.identities.get(subject='mei@corp.example').pk}/remove/")
    shown = ada.get(PAGE).content.decode()
    assert "E-mail: fink@home.example" in shown
    assert "E-mail: mei@corp.example → fink@home.example" in shown
    assert "E-mail: mei@corp.example ·" in shown
    mei.refresh_from_db()
    erase_person(mei, by=cast.ada)
    left = ada.get(PAGE).content.decode()
    assert "Address or name at a channel added" in left
    assert "fink@home" not in left
    assert "mei@corp" not in left


def test_a_long_entry_says_that_it_goes_on(cast: Cast) -> None:
    changes = {"city": ["a" * 400, "b" * 400], "department": ["c" * 400, "d" * 400]}
    said = details(AuditEntry(name="role_changed", data=ROLE, words={"name": "x", "changes": changes}))
    assert len(said) == 1001
    assert said.endswith("…")
