import Foundation

/// A message that a test delivers, and what a Maildir then has to hold, byte for byte.
struct SampleMessage: Sendable {
    let name: String
    let original: Data

    /// As `postmaster -f sender@example.org -r user@example.net` stores it.
    var delivered: Data { Data(Self.traceFields.utf8) + original }

    static let sender = "sender@example.org"
    static let recipient = "user@example.net"
    static let traceFields = "Return-Path: <\(sender)>\nDelivered-To: \(recipient)\n"

    init(_ name: String, _ original: Data) {
        self.name = name
        self.original = original
    }

    /// A plain message of about `size` bytes whose every line tells its place, so that no part can stand for
    /// another.
    init(number: Int, size: Int) {
        var text = """
            Received: from mx.example.org by mx.example.net; Mon, 3 Aug 2026 10:00:00 +0000
            From: Sender <sender@example.org>
            To: User <user@example.net>
            Subject: number \(number)
            Date: Mon, 3 Aug 2026 10:00:00 +0000
            Message-ID: <\(number).\(size)@example.org>
            MIME-Version: 1.0
            Content-Type: text/plain; charset=utf-8


            """
        let width = size > 100_000 ? 990 : 70
        let filling = String(repeating: "x", count: width)
        var line = 0
        while text.utf8.count < size {
            text += "\(number) \(line) \(filling)\n"
            line += 1
        }
        self.init("message \(number)", Data(text.utf8))
    }

    /// What fills a mailbox up to its quota beforehand.
    static let ballast = SampleMessage(
        "ballast", Data(("Subject: ballast\n\n" + String(repeating: "old mail\n", count: 1300)).utf8))
}

/// xorshift64*: small, seeded, the same on every run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed | 1 }

    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 2_685_821_657_736_338_717
    }
}
