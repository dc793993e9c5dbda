package import Platform

/// The part of a message's file name that no other message has, in the form that cr.yp.to/proto/maildir.html
/// and Courier have given it: seconds, then what tells deliveries of one second apart, then the host.
///
/// At most ``maximumLength`` bytes, so that sizes and all flags fit behind it in 255; no `/`, `:` or `,`.
package struct UniqueName: Sendable, Equatable, Hashable {
    package let text: String

    private static var maximumLength: Int { 160 }

    private init(unchecked text: String) { self.text = text }

    /// A name that was recorded; nil if the text is none.
    package init?(text: String) {
        guard !text.isEmpty, text.utf8.count <= Self.maximumLength, text.utf8.first != UInt8(ascii: ".")
        else {
            return nil
        }
        let isHarmless = text.utf8.allSatisfy { byte in
            byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "/") && byte != UInt8(ascii: ":")
                && byte != UInt8(ascii: ",")
        }
        guard isHarmless else { return nil }
        self.text = text
    }

    /// Who gives names: the host, as ``encodeHost(_:)`` has it, and the process.
    struct Origin: Sendable {
        let host: [UInt8]
        let process: Int

        init(hostName: String) {
            host = UniqueName.encodeHost(hostName.isEmpty ? Host.name() : hostName)
            process = Host.processIdentifier()
        }
    }

    /// A name for a message that is not written yet: random bits stand for the file's number.
    package static func generate(now: WallTime = .now(), host: String = "") -> UniqueName {
        let origin = Origin(hostName: host)
        var bytes = start(now, origin, sequence: 0)
        bytes.append(UInt8(ascii: "R"))
        bytes.appendHex(Host.random())
        bytes.append(UInt8(ascii: "."))
        bytes += origin.host
        return UniqueName(unchecked: String(decoding: bytes, as: UTF8.self))
    }

    /// The name of a message that is written. No two files of a device have one number at one time.
    init(now: WallTime, sequence: Int, file: FileStatus, origin: Origin) {
        var bytes = Self.start(now, origin, sequence: sequence)
        bytes.append(UInt8(ascii: "V"))
        bytes.appendHex(file.device)
        bytes.append(UInt8(ascii: "I"))
        bytes.appendHex(file.inode)
        bytes.append(UInt8(ascii: "."))
        bytes += origin.host
        text = String(decoding: bytes, as: UTF8.self)
    }

    /// The path, from a folder, of a file that is to become a message.
    static func temporary(now: WallTime, sequence: Int, origin: Origin) -> String {
        var bytes = Array("tmp/".utf8)
        bytes += start(now, origin, sequence: sequence)
        bytes.append(UInt8(ascii: "."))
        bytes += origin.host
        return String(decoding: bytes, as: UTF8.self)
    }

    /// `seconds.M<microseconds>P<process>Q<sequence>`
    private static func start(_ now: WallTime, _ origin: Origin, sequence: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(maximumLength)
        bytes.appendDecimal(max(now.seconds, 0))
        bytes.append(UInt8(ascii: "."))
        bytes.append(UInt8(ascii: "M"))
        bytes.appendDecimal(now.nanoseconds / 1000)
        bytes.append(UInt8(ascii: "P"))
        bytes.appendDecimal(origin.process)
        bytes.append(UInt8(ascii: "Q"))
        bytes.appendDecimal(sequence)
        return bytes
    }

    /// A host's name as it may stand in a file's: `/`, `:` and `,` as octal escapes, nothing else that is not
    /// a letter, a digit, `.`, `-` or `_`; at most 64 bytes.
    static func encodeHost(_ name: String) -> [UInt8] {
        var encoded: [UInt8] = []
        for byte in name.utf8 where encoded.count <= 60 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
                UInt8(ascii: "_"):
                encoded.append(byte)
            case UInt8(ascii: "/"): encoded += Array("\\057".utf8)
            case UInt8(ascii: ":"): encoded += Array("\\072".utf8)
            case UInt8(ascii: ","): encoded += Array("\\054".utf8)
            default: encoded.append(UInt8(ascii: "_"))
            }
        }
        return encoded.isEmpty ? Array("localhost".utf8) : encoded
    }

    /// The whole name: sizes in bytes, as stored and with CR LF line ends, and the flags if there are any.
    ///
    /// Dovecot and Courier read the sizes instead of the file; they must be exact.
    func fileName(size: Int, virtualSize: Int, flags: [UInt8]) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(255)
        bytes += text.utf8
        bytes += [UInt8(ascii: ","), UInt8(ascii: "S"), UInt8(ascii: "=")]
        bytes.appendDecimal(size)
        bytes += [UInt8(ascii: ","), UInt8(ascii: "W"), UInt8(ascii: "=")]
        bytes.appendDecimal(virtualSize)
        if !flags.isEmpty {
            bytes += [UInt8(ascii: ":"), UInt8(ascii: "2"), UInt8(ascii: ",")]
            bytes += flags
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Whether `file` is a message of this name, with whatever sizes and flags.
    func isName(ofFile file: String) -> Bool {
        var rest = file.utf8[...]
        for byte in text.utf8 {
            guard rest.popFirst() == byte else { return false }
        }
        return rest.first == nil || rest.first == UInt8(ascii: ",") || rest.first == UInt8(ascii: ":")
    }
}

extension [UInt8] {
    mutating func appendDecimal(_ value: Int) {
        if value < 0 { append(UInt8(ascii: "-")) }
        appendDigits(UInt64(value.magnitude), base: 10)
    }

    mutating func appendHex(_ value: UInt64) { appendDigits(value, base: 16) }

    private mutating func appendDigits(_ value: UInt64, base: UInt64) {
        let start = count
        var rest = value
        repeat {
            let digit = UInt8(truncatingIfNeeded: rest % base)
            append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
            rest /= base
        } while rest > 0
        self[start...].reverse()
    }
}
