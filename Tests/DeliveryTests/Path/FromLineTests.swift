import Testing

@testable import Delivery

@Suite struct FromLineTests {
    private func read(_ bytes: [UInt8]) -> FromLine? { FromLine(bytes.span) }

    @Test(
        "a leading From_ line is told from what only looks like one",
        arguments: [
            ("From a@b Sun Nov 22 10:00:00 2026\nX: y\n", 34, "a@b"), ("From a@b\n", 9, "a@b"),
            ("From a@b\r\nX", 10, "a@b"),
            ("From \n", 6, nil), ("From  a@b\n", 10, nil), ("From MAILER-DAEMON  x\n", 22, "MAILER-DAEMON"),
            ("From a@b", nil, nil), ("From:a@b\n", nil, nil), ("From", nil, nil), ("From ", nil, nil),
            ("", nil, nil),
            ("from a@b\n", nil, nil), (">From a@b\n", nil, nil), ("\nFrom a@b\n", nil, nil),
            (" From a@b\n", nil, nil),
        ] as [(String, Int?, String?)])
    func lines(text: String, length: Int?, sender: String?) {
        let line = read(Array(text.utf8))
        #expect(line?.length == length)
        #expect(line?.sender == sender)
    }

    /// What the type promises, said in another way.
    private func expected(_ bytes: [UInt8]) -> (length: Int, sender: [UInt8])? {
        guard bytes.starts(with: Array("From ".utf8)), let end = bytes.firstIndex(of: 10) else { return nil }
        let word = bytes[5..<end].prefix { $0 != 32 && $0 != 13 }
        return (end + 1, Array(word))
    }

    @Test("any bytes have the line that they have", arguments: 0..<20)
    func anyBytes(seed: UInt64) {
        var random = Random(seed)
        for _ in 0..<500 {
            var bytes = random.bytes(upTo: 40, marks: "From \n\r:@")
            if random.chance(70) { bytes = Array("From ".utf8) + bytes }
            let (line, wanted) = (read(bytes), expected(bytes))
            #expect(line?.length == wanted?.length)
            let sender = wanted.flatMap {
                $0.sender.isEmpty ? nil : String(decoding: $0.sender, as: UTF8.self)
            }
            #expect(line?.sender == sender)
        }
    }
}
