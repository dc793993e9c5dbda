import MailMessage

extension AbuseReport {
    /// The report as a message (RFC 5965 §2). Nobody is told what becomes of it.
    ///
    /// - Parameter source: whose address the report comes from (`sieve_report_from`); nil for the postmaster.
    package func composed(_ context: ResponseContext, from source: AddressSource? = nil) -> OutgoingMessage {
        let owner = context.owner
        let author = source?.address(context.envelope, owner) ?? owner.postmaster
        var composition = context.composition()
        composition.addAddresses("From", [author])
        composition.addAddresses("To", [MailAddress(oneOf: address)].compactMap { $0 })
        composition.addText("Subject", "Report: " + (context.subject ?? "(message without subject)"))
        composition.addStructured("Auto-Submitted", "auto-generated (report)")
        var text = ComposedEntity.text(message, allows8Bit: true)
        text.addStructured("Content-Disposition", "inline")
        var original =
            hasHeaderOnly
            ? ComposedEntity.headers(of: context.message) : ComposedEntity.message(context.message)
        original.addStructured("Content-Disposition", "attachment")
        let entity = ComposedEntity.multipart(
            "report", parameters: [("report-type", "feedback-report")],
            [text, .fields(type: "message/feedback-report", fields(context)), original])
        return OutgoingMessage(
            sender: "", recipients: [address], bytes: context.finished(composition, entity),
            wantsNoReports: true)
    }

    /// RFC 5965 §3.1, §3.2, and who reports, as Dovecot tells it.
    private func fields(_ context: ResponseContext) -> [(name: String, value: String)] {
        var fields = [
            (name: "Feedback-Type", value: feedbackType), ("User-Agent", "Postmaster"), ("Version", "1"),
            ("Original-Mail-From", "<\(context.sender?.text ?? "")>"),
        ]
        let recipient = context.originalRecipient ?? context.recipient
        if let recipient { fields.append(("Original-Rcpt-To", "<\(recipient.text)>")) }
        if let user = context.owner.address ?? recipient {
            fields.append(("Dovecot-Reporting-User", "<\(user.text)>"))
        }
        return fields
    }
}
