/// The contents of a `maildirsize` file, as Courier and Dovecot keep it in the mail root
/// (courier-mta.org/imap/README.maildirquota.html).
///
/// Its first line is the limit, each further line what a change added: bytes, a space, messages. A line whose
/// end is missing does not count: somebody is writing it.
struct MaildirSize: Equatable {
    /// Nil if the first line makes no sense.
    let limit: QuotaLimit?
    let usage: QuotaUsage
    /// How many changes the sum is made of.
    let changes: Int

    static var name: String { "maildirsize" }

    /// A file of this many bytes is due to be made anew.
    static var largest: Int { 5120 }

    /// Reads a file; nil if it is to be made anew: too large, broken, without a sum, or with one below nothing.
    init?(_ contents: [UInt8]) {
        guard contents.count < Self.largest, let end = contents.lastIndex(of: UInt8(ascii: "\n")) else {
            return nil
        }
        let lines = contents[..<end].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard let first = lines.first, lines.count > 1 else { return nil }
        var usage = QuotaUsage()
        for line in lines.dropFirst() {
            guard let change = Self.change(line) else { return nil }
            usage.add(change)
        }
        guard usage.bytes >= 0, usage.messages >= 0 else { return nil }
        self.usage = usage
        limit = QuotaLimit(definition: first)
        changes = lines.count - 1
    }

    /// Courier pads its lines with spaces on either side.
    private static func change(_ line: ArraySlice<UInt8>) -> QuotaUsage? {
        let words = line.split(separator: UInt8(ascii: " "))
        guard words.count == 2, let bytes = DecimalScanner.whole(words[0]),
            let messages = DecimalScanner.whole(words[1])
        else { return nil }
        return QuotaUsage(bytes: bytes, messages: messages)
    }

    /// A file of one sum.
    static func contents(_ limit: QuotaLimit, _ usage: QuotaUsage) -> [UInt8] {
        limit.definition + [UInt8(ascii: "\n")] + change(usage)
    }

    /// The line that a change adds.
    static func change(_ usage: QuotaUsage) -> [UInt8] {
        var line: [UInt8] = []
        line.appendDecimal(usage.bytes)
        line.append(UInt8(ascii: " "))
        line.appendDecimal(usage.messages)
        line.append(UInt8(ascii: "\n"))
        return line
    }

    /// The size that a message's file name gives, `,S=<bytes>`; nil if it gives none.
    static func size(inFileName name: String) -> Int? {
        let bytes = Array(name.utf8)
        var index = 0
        while index + 3 < bytes.count {
            if bytes[index..<(index + 3)].elementsEqual(",S=".utf8) {
                let digits = bytes[(index + 3)...].prefix {
                    $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")
                }
                let next = digits.endIndex < bytes.count ? bytes[digits.endIndex] : nil
                guard next == nil || next == UInt8(ascii: ",") || next == UInt8(ascii: ":") else {
                    return nil
                }
                return DecimalScanner.whole(digits)
            }
            index += 1
        }
        return nil
    }
}
