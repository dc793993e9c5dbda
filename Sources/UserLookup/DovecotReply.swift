/// What Dovecot's user database answers, from bytes that come in any pieces.
///
///     VERSION <tab> 1 <tab> 2
///     SPID <tab> 4711
///     USER <tab> 1 <tab> ann <tab> uid=1000 <tab> gid=1000 <tab> home=/home/ann
///
/// Total: any bytes give an answer, ask for more, or are a problem; at most 64 KiB are looked at. Lines that
/// are not known are passed over, as the protocol wants it.
struct DovecotReply {
    enum Answer: Equatable {
        /// The user's name as Dovecot has it, and his fields.
        case user(String, UserFields)
        case notFound
    }

    /// An answer that is none, in words for the log.
    struct Problem: Error, Equatable {
        let reason: String
    }

    static let mostBytes = 1 << 16
    /// The only request that is made on a connection.
    static let request = "1"

    private var line: [UInt8] = []
    private var total = 0
    private var hasVersion = false

    init() {}

    /// Takes the next bytes; nil if the answer is not among them.
    mutating func take(_ bytes: [UInt8]) throws(Problem) -> Answer? {
        total += bytes.count
        guard total <= Self.mostBytes else { throw Problem(reason: "it answers too much") }
        for byte in bytes {
            guard byte == UInt8(ascii: "\n") else {
                line.append(byte)
                continue
            }
            defer { line.removeAll(keepingCapacity: true) }
            if let answer = try answer(in: line) { return answer }
        }
        return nil
    }

    private mutating func answer(in line: [UInt8]) throws(Problem) -> Answer? {
        guard let words = Self.words(of: line) else { throw Problem(reason: "its answer is not UTF-8") }
        guard hasVersion else {
            guard words.first == "VERSION" else {
                throw Problem(reason: "it does not speak Dovecot's protocol")
            }
            guard words.count > 1, words[1] == "1" else { throw Problem(reason: "it speaks another version") }
            hasVersion = true
            return nil
        }
        guard let verb = words.first, ["USER", "NOTFOUND", "FAIL"].contains(verb) else { return nil }
        guard words.count > 1, words[1] == Self.request else {
            throw Problem(reason: "it answers another question")
        }
        switch verb {
        case "NOTFOUND": return .notFound
        case "USER": return try Self.user(words.dropFirst(2))
        default: throw Problem(reason: Self.failure(words.dropFirst(2)))
        }
    }

    private static func user(_ words: ArraySlice<String>) throws(Problem) -> Answer {
        guard let name = words.first else { throw Problem(reason: "it answers without a name") }
        var fields = UserFields()
        for word in words.dropFirst() {
            let equals = word.firstIndex(of: "=") ?? word.endIndex
            do throws(UserFields.Problem) {
                try fields.set(String(word[..<equals]), String(word[equals...].dropFirst()))
            } catch {
                throw Problem(reason: error.reason)
            }
        }
        return .user(name, fields)
    }

    private static func failure(_ words: ArraySlice<String>) -> String {
        guard let reason = words.first(where: { $0.hasPrefix("reason=") }) else { return "it failed" }
        // A text from outside: one line of it, and not too much.
        let printable = reason.dropFirst("reason=".count).unicodeScalars.map {
            $0.value < 0x20 || $0.value > 0x7E ? "?" : $0
        }
        return "it failed: " + String(String.UnicodeScalarView(printable.prefix(200)))
    }

    /// The words of a line between its tabs, unescaped; nil if one of them is not UTF-8.
    private static func words(of line: [UInt8]) -> [String]? {
        var words: [String] = []
        for word in line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false) {
            guard let text = String(validating: DovecotEscape.unescaped(word), as: UTF8.self) else {
                return nil
            }
            words.append(text)
        }
        return words
    }
}
