import MailMessage

/// What makes a message of ours one of its kind. Clock and chance belong to the caller.
package struct MessageIdentity: Sendable, Equatable {
    /// This host's name.
    package let host: String
    /// Never the same for two messages of this host: made of time, process and chance.
    package let unique: String
    /// Seconds since the epoch.
    package let time: Int
    /// Seconds that local time is ahead of UTC.
    package let zoneOffset: Int

    /// - Parameters host, unique: characters that cannot stand in a message identifier are left out.
    package init(host: String, unique: String, time: Int, zoneOffset: Int = 0) {
        let name = Self.atoms(host)
        self.host = name.isEmpty ? "localhost" : name
        let identifier = Self.atoms(unique)
        self.unique = identifier.isEmpty ? "\(time)" : identifier
        self.time = time
        self.zoneOffset = zoneOffset
    }

    /// `<unique@host>`
    package var messageID: String { "<\(unique)@\(host)>" }

    var date: String { MailDate.format(seconds: Int64(time), zoneOffset: zoneOffset) }

    /// Letters, digits, hyphens and single dots.
    private static func atoms(_ text: String) -> String {
        var kept: [UInt8] = []
        for byte in text.utf8.prefix(200) {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"):
                kept.append(byte)
            case UInt8(ascii: "."): if let last = kept.last, last != byte { kept.append(byte) }
            default: break
            }
        }
        if kept.last == UInt8(ascii: ".") { kept.removeLast() }
        return String(decoding: kept, as: UTF8.self)
    }
}
