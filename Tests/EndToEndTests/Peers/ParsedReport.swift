import Foundation

/// A report as Python's `email` package understands it, which knows nothing of ours (RFC 3462, RFC 3464).
struct ParsedReport: Decodable {
    /// Names are in lower case.
    let header: [String: String]
    let type: String
    /// `report-type` of the content type.
    let reportType: String
    /// Of the parts, in order.
    let types: [String]
    /// What a person reads.
    let text: String
    /// The fields about the message, then those about each recipient.
    let status: [[String: String]]
    /// The returned message, or its header.
    let returned: String
    /// What the parser objected to.
    let defects: [String]

    /// The fields about recipients.
    var recipients: [[String: String]] { Array(status.dropFirst()) }

    init(_ message: Data) throws {
        let parsed = try run(
            "/usr/bin/python3", ["-c", Self.program], input: message,
            environment: ["PYTHONIOENCODING": "utf-8"])
        guard parsed.code == 0 else { throw Obstacle("Python cannot parse it: \(parsed.errors)") }
        self = try JSONDecoder().decode(Self.self, from: Data(parsed.output.utf8))
    }

    private static let program = """
        import email, email.policy, json, sys
        message = email.message_from_binary_file(sys.stdin.buffer, policy=email.policy.SMTPUTF8)
        defects, status, returned = [], [], ""
        fields = lambda part: {name.lower(): str(value) for name, value in part.items()}
        parts = list(message.iter_parts()) if message.is_multipart() else [message]
        for part in message.walk():
            defects += [repr(defect) for defect in part.defects]
        for part in parts:
            kind = part.get_content_type()
            if kind == "message/delivery-status":
                status = [fields(group) for group in part.get_payload() if group.items()]
            elif kind == "message/global-delivery-status":
                groups = part.get_payload()[0].as_bytes().replace(b"\\r\\n", b"\\n").strip().split(b"\\n\\n")
                status = [fields(email.message_from_bytes(group, policy=message.policy)) for group in groups]
            elif kind in ("message/rfc822", "message/global"):
                returned = part.get_payload()[0].as_bytes().decode("utf-8", "replace")
            elif kind in ("text/rfc822-headers", "message/global-headers"):
                returned = part.get_payload(decode=True).decode("utf-8", "replace")
        first = parts[0]
        print(json.dumps({
            "header": fields(message), "type": message.get_content_type(),
            "reportType": message.get_param("report-type") or "",
            "types": [part.get_content_type() for part in parts],
            "text": first.get_content() if first.get_content_maintype() == "text" else "",
            "status": status, "returned": returned, "defects": defects}))
        """
}
