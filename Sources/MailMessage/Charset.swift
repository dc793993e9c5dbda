import Platform

/// A character set, as a label in a message names it (RFC 2978).
///
/// A label can select a character set and nothing else: one that holds anything but letters, digits and
/// `-_.:+` is refused, so that no message reaches the options of iconv (`//TRANSLIT`).
package enum Charset: Sendable, Equatable {
    case ascii, utf8, latin1, windows1252
    /// Known, if at all, to iconv by this name.
    case named(String)

    /// - Returns: nil for a label that cannot be a character set, or that says that it is unknown.
    package init?(label: [UInt8]) {
        guard (1...Charset.longestLabel).contains(label.count) else { return nil }
        var name: [UInt8] = []
        for byte in label {
            guard byte.isLetter || byte.isDigit || Charset.isPunctuation(byte) else { return nil }
            name.append(byte.lowercased)
        }
        guard let charset = Charset(normalized: String(decoding: name, as: UTF8.self)) else { return nil }
        self = charset
    }

    private static let longestLabel = 40

    private static func isPunctuation(_ byte: UInt8) -> Bool {
        switch byte {
        case ASCII.hyphen, ASCII.underscore, ASCII.dot, ASCII.colon, UInt8(ascii: "+"): true
        default: false
        }
    }

    /// The labels of mail that iconv has under another name, or not at all.
    ///
    /// Where senders commonly use the label of a set for a larger one that contains it, the larger one is taken.
    private init?(normalized label: String) {
        switch label {
        case "us-ascii", "ascii", "iso646-us", "ansi_x3.4-1968", "646", "iso-ir-6": self = .ascii
        case "utf-8", "utf8", "unicode-1-1-utf-8", "x-utf-8", "utf_8": self = .utf8
        case "iso-8859-1", "latin1", "iso8859-1", "iso_8859-1", "iso88591", "l1", "iso_8859-1:1987",
            "latin-1":
            self = .latin1
        case "windows-1252", "cp1252", "cp-1252", "x-cp1252", "windows1252", "x-ansi": self = .windows1252
        case "x-sjis", "shift-jis", "shift_jis", "sjis", "x-ms-cp932", "windows-31j": self = .named("CP932")
        case "gb2312", "gb_2312-80", "gbk", "x-gbk", "cp936", "euc-cn": self = .named("GB18030")
        case "ks_c_5601-1987", "ksc5601", "ks_c_5601", "windows-949": self = .named("UHC")
        case "iso-8859-8-i", "iso-8859-8-e": self = .named("ISO-8859-8")
        case "x-mac-roman", "mac": self = .named("MACINTOSH")
        case "unicode-1-1-utf-7", "utf7": self = .named("UTF-7")
        case "unknown-8bit", "x-unknown", "unknown", "8bit", "default", "x-user-defined", "internal":
            return nil
        default: self = .named(Charset.iconvName(label))
        }
    }

    /// `cp-850` and `windows1252` and `x-cp1250` as iconv has them.
    private static func iconvName(_ label: String) -> String {
        var name = Substring(label)
        if name.hasPrefix("x-") { name = name.dropFirst(2) }
        for (prefix, replacement) in [("cp-", "CP"), ("windows-", "CP"), ("windows", "CP"), ("win-", "CP")]
        where name.hasPrefix(prefix) {
            return replacement + name.dropFirst(prefix.count).uppercased()
        }
        return name.uppercased()
    }
}

/// The converters that one piece of work has opened, by character set.
///
/// Opening one may load a module from disk, so they are kept, and their number is limited: a field that names more
/// character sets than any honest one does keeps the rest undecoded.
package struct CharsetConverters: ~Copyable {
    private var opened: [(name: String, converter: CharsetConverter?)] = []

    package init() {}

    /// How many character sets, known or not, iconv is asked for.
    private static let limit = 8

    /// Whether ``convert(_:from:limit:)`` can convert from this character set.
    package mutating func knows(_ charset: Charset) -> Bool {
        switch charset {
        case .ascii, .utf8, .latin1, .windows1252: true
        case .named(let name): converter(name) != nil
        }
    }

    /// `bytes` as UTF-8, at most `limit` octets of it; what is invalid becomes U+FFFD.
    ///
    /// - Returns: nil if the character set is not known here.
    package mutating func convert(_ bytes: Span<UInt8>, from charset: Charset, limit: Int) -> [UInt8]? {
        switch charset {
        case .ascii, .utf8: UTF8Text.repaired(bytes, limit: limit)
        case .latin1: UTF8Text.fromLatin1(bytes, limit: limit)
        case .windows1252: UTF8Text.fromWindows1252(bytes, limit: limit)
        case .named(let name): converter(name)?.convert(bytes, limit: limit)
        }
    }

    private mutating func converter(_ name: String) -> CharsetConverter? {
        for entry in opened where entry.name == name { return entry.converter }
        guard opened.count < CharsetConverters.limit else { return nil }
        let converter = try? CharsetConverter(from: name)
        opened.append((name, converter))
        return converter
    }
}
