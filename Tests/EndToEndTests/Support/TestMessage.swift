import Foundation

/// Messages for tests.
enum TestMessage {
    /// A message with LF line ends and a `Received` field, as a mail transfer agent hands it on.
    static func text(
        subject: String, from: String = "alice@example.org", to: String = "bob@example.net",
        fields: String = "", body: String = "Hello.\n"
    ) -> Data {
        Data(
            """
            Received: from client.example.org (client.example.org [192.0.2.7])
            \tby mx.example.net (Test) with ESMTP id 1;
            \tMon, 5 Oct 2026 08:14:03 +0000
            From: <\(from)>
            To: <\(to)>
            Subject: \(subject)
            Date: Mon, 5 Oct 2026 08:14:00 +0000
            Message-ID: <\(subject.count).\(UInt64.random(in: 0...UInt64.max))@example.org>
            \(fields)
            \(body)
            """.utf8)
    }

    /// Every byte but CR and NUL, which SMTP would change, and lines that mbox tools and SMTP are tempted by.
    static func difficult(subject: String) -> Data {
        var data = text(
            subject: subject, fields: "X-Empty:\nX-Long: " + String(repeating: "w ", count: 300) + "\n")
        data += Data("From the start of a line\n>From quoted\n.\n..\n. dot\n\tTab \n\n\n".utf8)
        for start in stride(from: 1, to: 256, by: 16) {
            data += Data(
                (start..<min(start + 16, 256)).map { $0 == 10 || $0 == 13 ? 0x20 : UInt8($0) } + [10])
        }
        return data + Data("last line\n".utf8)
    }
}
