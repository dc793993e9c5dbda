import Foundation
import Testing

extension FaultSuite {
    /// Messages that no standard describes are delivered all the same, every byte as it came.
    @Suite("bad messages")
    struct BadMessageTests {
        struct Case: Sendable, CustomTestStringConvertible {
            let name: String
            let make: @Sendable () -> Data
            /// What is stored of it, when that is not all.
            var stored: (@Sendable (Data) -> Data)?
            var testDescription: String { name }
        }

        private static func text(_ text: String) -> @Sendable () -> Data { { Data(text.utf8) } }

        private static func repeated(
            _ count: Int, _ head: String, _ line: @escaping @Sendable (Int) -> String,
            _ tail: String = "\n\nend\n"
        )
            -> @Sendable () -> Data
        {
            {
                var all = Data(head.utf8)
                for number in 0..<count { all.append(contentsOf: line(number).utf8) }
                all.append(contentsOf: tail.utf8)
                return all
            }
        }

        static let cases: [Case] = [
            Case(name: "empty", make: { Data() }),
            Case(name: "one LF", make: text("\n")),
            Case(name: "one CR", make: text("\r")),
            Case(name: "one NUL", make: { Data([0]) }),
            Case(name: "one byte", make: text("x")),
            Case(name: "a colon", make: text(":")),
            Case(name: "white space", make: text(" \t \n \t\n")),
            Case(name: "header only", make: text("Subject: no body\nFrom: a@example.org\n")),
            Case(name: "header and empty line only", make: text("Subject: no body\n\n")),
            Case(name: "cut in a field name", make: text("Subject: s\nFro")),
            Case(name: "cut in a folded field", make: text("Subject: s\n fold\n ")),
            Case(name: "cut in an encoded word", make: text("Subject: =?utf-8?B?w6Tk")),
            Case(
                name: "cut in a multipart",
                make: text("Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/pl")),
            Case(name: "body only", make: text("\nbody without header\n")),
            Case(name: "no header at all", make: text("just text, not a field\nand more\n\nrest\n")),
            Case(name: "no line end", make: text("Subject: s\n\nbody")),
            Case(
                name: "CR LF",
                make: text("Subject: s\r\nFrom: a@example.org\r\n\r\nbody\r\n.\r\n..\r\nend\r\n")),
            Case(name: "CR only", make: text("Subject: s\rFrom: a@example.org\r\rbody\rend\r")),
            Case(
                name: "LF and CR LF mixed",
                make: text("Subject: s\r\nFrom: a@example.org\n\r\nbody\n\rmore\r\r\n")),
            Case(
                name: "NUL in header and body",
                make: text("Sub\0ject: a\0b\nFrom: a\0@example.org\n\nbo\0dy\n\0")),
            Case(name: "NUL only", make: { Data(count: 100_000) }),
            Case(
                name: "all byte values",
                make: {
                    Data("Subject: s\n\n".utf8)
                        + Data((0..<65_536).map { UInt8(truncatingIfNeeded: $0 &* 7) })
                }),
            Case(
                name: "8-bit header",
                make: {
                    Data("Subject: ".utf8) + Data((128...255).map { UInt8($0) }) + Data("\n\nbody\n".utf8)
                }),
            Case(
                name: "no UTF-8",
                make: { Data([0xff, 0xfe, 0xc0, 0x80, 0x0a, 0xed, 0xa0, 0x80, 0x0a, 0x0a, 0xf5]) }),
            Case(
                name: "100,000 fields", make: repeated(100_000, "Subject: s\n", { "X-Many-\($0): \($0)\n" })),
            Case(name: "100,000 Subject fields", make: repeated(100_000, "", { "Subject: \($0)\n" })),
            Case(name: "100,000 folds", make: repeated(100_000, "Subject: s\n", { " fold \($0)\n" })),
            Case(
                name: "100,000 addresses",
                make: repeated(
                    100_000, "From: a@example.org\nTo: x@example.org", { ",\n \"a, b\" <u\($0)@example.org>" }
                )),
            Case(name: "100,000 open comments", make: repeated(100_000, "From: ", { _ in "(" })),
            Case(
                name: "100,000 open quotes",
                make: repeated(100_000, "From: a@example.org\nTo: ", { _ in "\"<(" })),
            Case(
                name: "100,000 encoded words",
                make: repeated(100_000, "Subject:", { _ in " =?utf-8?Q?=C3=A4?=\n" })),
            Case(
                name: "100,000 parameters",
                make: repeated(100_000, "Content-Type: text/plain", { ";\n x*\($0)*=%41" })),
            Case(
                name: "10,000 parts",
                make: repeated(
                    10_000, "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n",
                    { "--b\nContent-Type: text/plain\n\npart \($0)\n" }, "--b--\n")),
            Case(
                name: "1,000 deep",
                make: repeated(
                    1000, "MIME-Version: 1.0\n",
                    { "Content-Type: multipart/mixed; boundary=b\($0)\n\n--b\($0)\n" },
                    "Content-Type: text/plain\n\nbottom\n")),
            Case(
                name: "1,000 messages within messages",
                make: repeated(
                    1000, "", { _ in "Content-Type: message/rfc822\n\n" }, "Subject: s\n\nbottom\n")),
            Case(
                name: "a boundary of 100,000 bytes",
                make: repeated(100_000, "Content-Type: multipart/mixed; boundary=", { _ in "b" })),
            Case(
                name: "one line of 5 MB",
                make: { Data("Subject: s\n\n".utf8) + Data(repeating: 0x78, count: 5 << 20) }),
            Case(
                name: "one field of 5 MB",
                make: {
                    Data("Subject: ".utf8) + Data(repeating: 0x78, count: 5 << 20) + Data("\n\nbody\n".utf8)
                }),
            Case(name: "5 MB without a line end", make: { Data(repeating: 0x78, count: 5 << 20) }),
            Case(name: "1 MB of line ends", make: { Data(repeating: 0x0a, count: 1 << 20) }),
            Case(
                name: "a From line",
                make: text("From sender@example.org Mon Aug  3 10:00:00 2026\nSubject: s\n\nFrom here\n"),
                stored: { data in
                    Data(data.drop { $0 != 0x0a }.dropFirst())
                }),
            Case(
                name: "a From line and nothing else",
                make: text("From sender@example.org Mon Aug  3 10:00:00 2026\n"), stored: { _ in Data() }),
            Case(name: "From in the body", make: text("Subject: s\n\nFrom here\n>From there\n")),
            Case(
                name: "fields that are ours already",
                make: text("Return-Path: <other@example.org>\nDelivered-To: other@example.net\n\nbody\n")),
        ]

        /// Looks into all of a message that there is to look into.
        static let script = """
            require ["fileinto", "envelope", "variables", "relational", "comparator-i;ascii-numeric", "subaddress"];
            if header :contains ["subject", "x-many-99999", "content-type"] "this is nowhere" { discard; stop; }
            if address :all :matches ["from", "to", "cc"] "*nobody@nowhere.example" { discard; stop; }
            if header :count "gt" :comparator "i;ascii-numeric" "subject" "1000000" { discard; stop; }
            if exists ["x-nowhere", "from"] { discard; stop; }
            if size :over 1G { discard; stop; }
            if header :matches "subject" "*nowhere*" { set "s" "${1}"; discard; stop; }

            """

        @Test("arrives byte for byte:", arguments: cases)
        func arrives(_ message: Case) throws {
            try expectDelivered([(message.name, message.make(), message.stored)], [])
        }

        @Test("arrives byte for byte when it was staged on disk:", arguments: cases)
        func arrivesStaged(_ message: Case) throws {
            try expectDelivered(
                [(message.name, message.make(), message.stored)], ["-o", "delivery.memory=1K"])
        }

        @Test(
            "200 messages of random bytes, and 200 that were damaged at random, arrive byte for byte",
            arguments: [1, 2] as [UInt64])
        func random(_ seed: UInt64) throws {
            var generator = SeededGenerator(seed: seed)
            let sample = Array(SampleMessage(number: 1, size: 1500).original)
            var all: [(String, Data, (@Sendable (Data) -> Data)?)] = []
            for number in 0..<100 {
                let bytes = (0..<Int.random(in: 0..<4000, using: &generator)).map { _ in
                    UInt8.random(in: 0...255, using: &generator)
                }
                all.append(("random \(seed) \(number)", Data(bytes), nil))
                var damaged = sample
                for _ in 0..<Int.random(in: 1..<40, using: &generator) {
                    let place = Int.random(in: 0..<damaged.count, using: &generator)
                    let pieces: [[UInt8]] = [
                        [0], [0x0a], [0x0d], [0x0d, 0x0a], [0x3a], [0x22], [0x28], [0x3c], [0x3d, 0x3f],
                        [0xff], [0x5c],
                    ]
                    damaged.replaceSubrange(
                        place...place, with: pieces.randomElement(using: &generator) ?? [])
                }
                all.append(("damaged \(seed) \(number)", Data(damaged), nil))
            }
            try expectDelivered(all, [])
        }

        private func expectDelivered(
            _ messages: [(String, Data, (@Sendable (Data) -> Data)?)], _ options: [String]
        ) throws {
            try withScratch { scratch in
                let problems = inParallel(messages.count) { index -> String? in
                    let (name, bytes, stored) = messages[index]
                    do {
                        let world = try World("\(scratch.path)/\(index)", script: Self.script)
                        let input = try scratch.file("in\(index)", bytes)
                        let ended = try world.delivery(of: input, options).run()
                        let files = names(in: "\(world.mail)/new").map { "\(world.mail)/new/\($0)" }
                        let expected = stored.map { $0(bytes) } ?? bytes
                        let isRight =
                            ended.status == .exited(0) && files.count == 1
                            && Self.isDelivered(contents(of: files.first ?? ""), expected)
                        let holdings = world.holdings([])
                        world.remove()
                        return isRight ? nil : "\(name): \(ended.status) \(ended.errorText) \(holdings)"
                    } catch {
                        return "\(name): \(error)"
                    }
                }.compactMap { $0 }
                #expect(problems.isEmpty, "\(problems.prefix(10).joined(separator: "\n"))")
            }
        }

        /// Two trace fields with the message's own line ends, and then all of the message.
        private static func isDelivered(_ file: Data, _ message: Data) -> Bool {
            [
                SampleMessage.traceFields,
                SampleMessage.traceFields.replacingOccurrences(of: "\n", with: "\r\n"),
            ]
            .contains { file == Data($0.utf8) + message }
        }
    }
}
