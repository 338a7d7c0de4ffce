from django.db import migrations

STATUSES = [
    ("pending", "pending", "Pending", "待受理"),
    ("in_progress", "in_progress", "In progress", "处理中"),
    ("waiting_requester", "waiting", "Waiting for requester", "等待用户"),
    ("waiting_vendor", "waiting", "Waiting for vendor", "等待供应商"),
    ("waiting_approval", "waiting", "Waiting for approval", "等待审批"),
    ("waiting_date", "waiting", "Waiting until a date", "等待到期"),
    ("resolved", "resolved", "Resolved", "已解决"),
    ("closed", "closed", "Closed", "已关闭"),
    ("cancelled", "cancelled", "Cancelled", "已取消"),
    ("merged", "cancelled", "Merged", "已合并"),
]


def fill(apps, schema_editor):
    status = apps.get_model("catalog", "Status")
    for order, (key, category, name_en, name_zh) in enumerate(STATUSES):
        status.objects.get_or_create(
            key=key, defaults={"category": category, "name_en": name_en, "name_zh": name_zh, "order": order}
        )


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
