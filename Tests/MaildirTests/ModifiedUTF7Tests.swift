import Testing

@testable import Maildir

@Suite("Modified UTF-7")
struct ModifiedUTF7Tests {
    @Test(
        "text is encoded as RFC 3501 §5.1.3 has it",
        arguments: [
            ("", ""), ("abc", "abc"), ("&", "&-"), ("&&", "&-&-"), ("-", "-"), ("&-", "&--"), ("+", "+"),
            ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"), ("é", "&AOk-"), ("éé", "&AOkA6Q-"),
            ("ééé", "&AOkA6QDp-"), ("é-", "&AOk--"), ("é&é", "&AOk-&-&AOk-"), ("a b", "a b"), ("~", "~"),
            ("😀", "&2D3eAA-"), ("Entwürfe", "Entw&APw-rfe"), ("\u{7F}", "&AH8-"), ("\u{3FF}", "&A,8-"),
        ])
    func table(text: String, encoded: String) {
        #expect(ModifiedUTF7.encode(text) == encoded)
    }

    @Test("whatever is encoded can be decoded, and is printable ASCII")
    func roundTrip() {
        var numbers = SeededNumbers(seed: 2)
        for _ in 0..<20_000 {
            let text = numbers.text(upTo: 20)
            let encoded = ModifiedUTF7.encode(text)
            let isPrintable = encoded.utf8.allSatisfy { $0 >= 0x20 && $0 <= 0x7E }
            let isSame = Self.decode(encoded).map { Array($0.utf8) } == Array(text.utf8)
            if !isPrintable || !isSame {
                Issue.record("\(text.debugDescription) became \(encoded.debugDescription)")
            }
        }
    }

    /// Strict: one spelling for one text, nothing else.
    static func decode(_ encoded: String) -> String? {
        var units: [UInt16] = []
        var rest = Array(encoded.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "&") else {
                units.append(UInt16(byte))
                continue
            }
            guard let end = rest.firstIndex(of: UInt8(ascii: "-")) else { return nil }
            let digits = rest[..<end]
            rest = rest[(end + 1)...]
            if digits.isEmpty {
                units.append(UInt16(UInt8(ascii: "&")))
                continue
            }
            guard let run = decodeRun(digits), run.allSatisfy({ $0 < 0x20 || $0 > 0x7E }) else { return nil }
            units += run
            // Two runs never touch.
            if rest.first == UInt8(ascii: "&"), rest.dropFirst().first != UInt8(ascii: "-") { return nil }
        }
        return String(validating: units, as: UTF16.self)
    }

    private static func decodeRun(_ digits: ArraySlice<UInt8>) -> [UInt16]? {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,".utf8)
        var bits: UInt64 = 0
        var count = 0
        var units: [UInt16] = []
        for digit in digits {
            guard let value = alphabet.firstIndex(of: digit) else { return nil }
            bits = bits << 6 | UInt64(value)
            count += 6
            if count >= 16 {
                count -= 16
                units.append(UInt16(truncatingIfNeeded: bits >> UInt64(count)))
                bits &= (1 << UInt64(count)) - 1
            }
        }
        return count < 6 && bits == 0 ? units : nil
    }
}
