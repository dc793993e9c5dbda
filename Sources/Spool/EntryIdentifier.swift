package import Platform

/// The name of an entry for people and logs: seven characters of time, eight of chance, so that names sort
/// by age and nobody can tell the next one.
///
/// The characters are `0`-`9` and `a`-`z` without `i l o u`: safe in file names, hard to misread.
package enum EntryIdentifier {
    static let length = 15
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    /// - Parameter random: 40 bits of it are used.
    package static func make(at time: WallTime, random: UInt64) -> String {
        let seconds = UInt64(clamping: time.seconds)
        let text = digits(seconds, count: 7) + digits(random, count: 8)
        return String(decoding: text, as: UTF8.self)
    }

    /// The name of what is made in the course of work at an entry: the same whenever that is done again.
    ///
    /// Four characters are the parent's, eleven come from the SHA-256 of `PARENT/LABEL`.
    /// - Parameter label: tells apart what one entry gives rise to.
    package static func derived(from parent: String, label: String) -> String {
        let digest = Digest.sha256(Array("\(parent)/\(label)".utf8))
        let chance = digest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return String(parent.prefix(4)) + String(decoding: digits(chance, count: 11), as: UTF8.self)
    }

    /// Whether it could be one: then it is a safe file name.
    package static func isValid(_ text: String) -> Bool {
        text.utf8.count == length && text.utf8.allSatisfy(alphabet.contains)
    }

    /// The value of one character.
    static func digit(_ character: UInt8) -> Int? { alphabet.firstIndex(of: character) }

    private static func digits(_ value: UInt64, count: Int) -> [UInt8] {
        (0..<count).map { alphabet[Int(truncatingIfNeeded: value >> UInt64(5 * (count - 1 - $0))) & 31] }
    }
}
