"""Who keeps and uses seals, who writes, signs and sends documents, who issues licences."""

from django.utils.translation import gettext_lazy as _

from yicheng.core.people.declare import Right

CUSTODIAN = "seal_custodian"  # 印章管理员
LICENCE_OFFICER = "licence_officer"  # 证照管理员, of an issuing body
CLERK = "document_clerk"  # 公文管理员
HEAD = "department_head"  # 部门负责人
LEADER = "leader"  # 市领导
AUDITOR = "auditor"
ADMINISTRATOR = "administrator"

RIGHTS: tuple[Right, ...] = (
    Right(
        "credentials.see_seals",
        _("See seals and every use of them"),
        roles=(CUSTODIAN, CLERK, HEAD, AUDITOR, ADMINISTRATOR),
    ),
    Right("credentials.use_seal", _("Set the seals of one's organisation"), roles=(CUSTODIAN, CLERK, HEAD)),
    Right("credentials.approve_seal", _("Agree to single uses of a seal in one's care"), roles=(CUSTODIAN,)),
    Right(
        "credentials.keep_seals",
        _("Register, suspend and destroy seals, name custodians, set rules, rotate keys"),
        roles=(ADMINISTRATOR,),
    ),
    Right(
        "credentials.issue_licence",
        _("Issue, renew, change, suspend and revoke one's body's licences"),
        roles=(LICENCE_OFFICER,),
    ),
    Right(
        "credentials.see_licences",
        _("See one's body's licences; opening one takes a purpose"),
        roles=(LICENCE_OFFICER, AUDITOR),
    ),
    Right("credentials.hold_licence", _("See and show one's own licences"), residents=True),
    Right(
        "credentials.draft_document",
        _("Draft official documents"),
        roles=("staff", "handler", CLERK, HEAD),
    ),
    Right("credentials.check_document", _("Check drafts before they are signed"), roles=(CLERK,)),
    Right("credentials.countersign_document", _("Countersign documents of others"), roles=(HEAD,)),
    Right("credentials.sign_document", _("Sign official documents"), roles=(HEAD, LEADER)),
    Right("credentials.issue_document", _("Number, seal, send and file documents"), roles=(CLERK,)),
    Right("credentials.receive_document", _("Receive, return and file documents of others"), roles=(CLERK,)),
    Right(
        "credentials.see_documents",
        _("See the documents of one's organisation"),
        roles=(CLERK, HEAD, LEADER, AUDITOR),
    ),
)
