"""Canned replies, in both languages; a placeholder that has nothing to say keeps the reply from going out."""

from firstline.catalog.models import CannedReply, Desk

EVERYWHERE = [
    ("Taken in hand", "已受理",
     "Hello {requester.name},\n\nthank you for your message. I am working on {ticket.number} and will tell you as soon as I know more.\n\n{agent.name}",
     "{requester.name}，您好：\n\n您的请求 {ticket.number} 我已受理，有进展会第一时间回复您。\n\n{agent.name}"),
    ("More information needed", "需要补充信息",
     "Hello {requester.name},\n\nto go on with {ticket.number} I need to know:\n\n- when it began\n- what exactly you see (a screenshot helps)\n- whether colleagues have it too\n\n{agent.name}",
     "{requester.name}，您好：\n\n为继续处理 {ticket.number}，请您补充：\n\n- 何时开始出现\n- 具体现象（最好附截图）\n- 其他同事是否也有同样情况\n\n{agent.name}"),
    ("Please confirm", "请确认是否解决",
     "Hello {requester.name},\n\nit should work now. Please try, and tell us if it does not; {ticket.number} then opens again by itself.\n\n{agent.name}",
     "{requester.name}，您好：\n\n问题应已解决，请您确认。如仍有问题，直接回复即可，{ticket.number} 会自动重新打开。\n\n{agent.name}"),
]  # fmt: skip

# desk, names, English, Chinese
OWN = [
    ("IT", "Restart first", "请先重启",
     "Hello {requester.name},\n\nplease restart the computer once and wait two minutes before you sign in. If it happens again, write the time of it here.\n\n{agent.name}",
     "{requester.name}，您好：\n\n请先重启一次电脑，登录前等待两分钟。若再次出现，请回复出现的时间。\n\n{agent.name}"),
    ("IT", "Remote session", "远程协助",
     "Hello {requester.name},\n\nmay I look at it together with you? Please open Quick Help from the start menu and send me the six digits.\n\n{agent.name}",
     "{requester.name}，您好：\n\n方便的话我远程看一下。请在开始菜单打开“快速助手”，把六位数字发给我。\n\n{agent.name}"),
    ("IT", "Password was reset", "密码已重置",
     "Hello {requester.name},\n\nyour password was reset. You receive the new one by text message; please change it when you first sign in.\n\n{agent.name}",
     "{requester.name}，您好：\n\n您的密码已重置，新密码会以短信发给您，首次登录后请立即修改。\n\n{agent.name}"),
    ("HR", "Papers are ready", "材料已备好",
     "Hello {requester.name},\n\nthe papers for {ticket.number} are ready. You can collect them at the front desk.\n\n{agent.name}",
     "{requester.name}，您好：\n\n{ticket.number} 的材料已备好，您可到前台领取。\n\n{agent.name}"),
    ("FAC", "Somebody comes by", "已安排上门",
     "Hello {requester.name},\n\nsomebody comes by today. It takes about half an hour; you need not be there.\n\n{agent.name}",
     "{requester.name}，您好：\n\n已安排师傅今天上门，大约半小时，您无需在场。\n\n{agent.name}"),
    ("LAW", "Review takes two days", "审核需两个工作日",
     "Hello {requester.name},\n\nwe have all papers. The review takes two working days; please do not sign before.\n\n{agent.name}",
     "{requester.name}，您好：\n\n材料已齐，审核需要两个工作日，在此之前请勿签署。\n\n{agent.name}"),
    ("FIN", "Invoice data missing", "开票信息不全",
     "Hello {requester.name},\n\nfor {ticket.number} we still need the tax number and the full name of the buyer.\n\n{agent.name}",
     "{requester.name}，您好：\n\n{ticket.number} 还缺购方税号与单位全称，请补充。\n\n{agent.name}"),
]  # fmt: skip


def make_replies(desks: dict[str, Desk]) -> None:
    """Three replies at every desk, and each desk's own."""
    rows = [(desk, *row) for desk in desks for row in EVERYWHERE] + OWN
    CannedReply.objects.bulk_create(
        CannedReply(desk=desks[desk], name_en=en, name_zh=zh, text_en=text_en, text_zh=text_zh, order=order)
        for order, (desk, en, zh, text_en, text_zh) in enumerate(rows)
    )
