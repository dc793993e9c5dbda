/// What contents are by their first octets, as far as the examination has to know: what runs, and what holds other files.
///
/// libmagic knows more kinds, and less certainly; it names a type where this has none.
enum FileKind: Equatable {
    // What runs.
    case windowsProgram, elf, machO, javaClass, dalvik, webAssembly, script, shortcut, internetShortcut,
        batch, registry
    case compiledHelp, oneNote, flash, htmlApplication, installer, javaArchive
    // What holds others.
    case zip, compoundFile, tnef, archive, compressed, otherArchive, richText, message
    // What is shown, and what may run in what shows it.
    case html, svg
    case other

    /// - Parameter bytes: from the beginning; of a disk image, 32 KiB and more.
    init(_ bytes: Span<UInt8>) {
        self = Self.program(bytes) ?? Self.container(bytes) ?? Self.text(bytes) ?? .other
    }

    private static func program(_ bytes: Span<UInt8>) -> FileKind? {
        switch bytes.octet(0) {
        case UInt8(ascii: "M"): return bytes.has("MZ") && bytes.count > 63 ? .windowsProgram : nil
        case UInt8(ascii: "Z"): return bytes.has("ZM") && bytes.count > 63 ? .windowsProgram : flash(bytes)
        case 0x7F: return bytes.has("\u{7F}ELF") ? .elf : nil
        case 0xFE:
            return bytes.has([0xFE, 0xED, 0xFA, 0xCE]) || bytes.has([0xFE, 0xED, 0xFA, 0xCF]) ? .machO : nil
        case 0xCE, 0xCF: return bytes.has([0xFA, 0xED, 0xFE], at: 1) ? .machO : nil
        case 0xCA:
            guard bytes.has([0xCA, 0xFE, 0xBA, 0xBE]) else { return nil }
            // A fat binary has few architectures; a class has a version above 44 there.
            return bytes.octet(7).map { $0 < 40 ? .machO : .javaClass }
        case UInt8(ascii: "d"): return bytes.has("dex\n") ? .dalvik : nil
        case 0: return bytes.has([0x00, 0x61, 0x73, 0x6D]) ? .webAssembly : nil
        case 0x4C: return bytes.has([0x4C, 0, 0, 0, 0x01, 0x14, 0x02, 0]) ? .shortcut : nil
        case UInt8(ascii: "I"): return bytes.has("ITSF") ? .compiledHelp : nil
        case 0xE4: return bytes.has([0xE4, 0x52, 0x5C, 0x7B, 0x8C, 0xD8, 0xA7, 0x4D]) ? .oneNote : nil
        case UInt8(ascii: "F"), UInt8(ascii: "C"): return flash(bytes)
        case UInt8(ascii: "#"): return isShebang(bytes) ? .script : nil
        default: return nil
        }
    }

    /// A kernel wants the name of a program behind it.
    private static func isShebang(_ bytes: Span<UInt8>) -> Bool {
        guard bytes.has("#!") else { return false }
        var index = 2
        while bytes.octet(index) == 0x20 || bytes.octet(index) == 0x09 { index += 1 }
        return bytes.octet(index) == UInt8(ascii: "/")
    }

    private static func flash(_ bytes: Span<UInt8>) -> FileKind? {
        guard bytes.has("FWS") || bytes.has("CWS") || bytes.has("ZWS"), let version = bytes.octet(3) else {
            return nil
        }
        return (1...60).contains(version) ? .flash : nil
    }

    private static func container(_ bytes: Span<UInt8>) -> FileKind? {
        if bytes.has("PK\u{3}\u{4}") || bytes.has("PK\u{5}\u{6}") || bytes.has("PK00PK\u{3}\u{4}") {
            return .zip
        }
        if bytes.has([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) { return .compoundFile }
        if bytes.has([0x78, 0x9F, 0x3E, 0x22]) { return .tnef }
        if bytes.has("{\\rt") { return .richText }
        if isCompressed(bytes) { return .compressed }
        if isArchive(bytes) { return .archive }
        return isOtherArchive(bytes) ? .otherArchive : nil
    }

    private static func isCompressed(_ bytes: Span<UInt8>) -> Bool {
        bytes.has([0x1F, 0x8B]) || bytes.has([0x1F, 0x9D]) || bytes.has("BZh")
            || bytes.has([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0])
            || bytes.has([0x28, 0xB5, 0x2F, 0xFD]) || bytes.has([0x04, 0x22, 0x4D, 0x18])
            || bytes.has([0x02, 0x21, 0x4C, 0x18]) || bytes.has("LZIP") || isLZMA(bytes)
            // A frame of zstd or lz4 that is to be skipped may come first.
            || (bytes.has([0x2A, 0x4D, 0x18], at: 1) && (bytes.octet(0) ?? 0) & 0xF0 == 0x50)
    }

    /// LZMA without a magic number: its properties, a dictionary that is a power of two, a size that makes sense.
    private static func isLZMA(_ bytes: Span<UInt8>) -> Bool {
        guard bytes.octet(0) == 0x5D, bytes.octet(1) == 0, bytes.octet(2) == 0, let dictionary = bytes.u32(1),
            bytes.octet(13) == 0, let size = bytes.u64(5)
        else { return false }
        return dictionary >= 1 << 16 && dictionary & (dictionary - 1) == 0 && (size < 1 << 40 || size == .max)
    }

    private static func isArchive(_ bytes: Span<UInt8>) -> Bool {
        if bytes.has([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]) || bytes.has("Rar!\u{1A}\u{7}")
            || bytes.has("MSCF\0\0\0\0")
            || bytes.has("070701") || bytes.has("070702") || bytes.has("070707") || bytes.has([0xC7, 0x71])
            || bytes.has([0x71, 0xC7])
            || bytes.has("!<arch>\n") || bytes.has([0xED, 0xAB, 0xEE, 0xDB]) || bytes.has("xar!")
        {
            return true
        }
        if bytes.octet(2) == UInt8(ascii: "-"), bytes.octet(3) == UInt8(ascii: "l"),
            bytes.octet(6) == UInt8(ascii: "-")
        {
            return true
        }
        return bytes.has("ustar", at: 257) || isOldTar(bytes) || isDiskImage(bytes)
    }

    private static func isDiskImage(_ bytes: Span<UInt8>) -> Bool {
        bytes.has("CD001", at: 0x8001) || bytes.has("BEA01", at: 0x8001)
    }

    /// A tar without a magic number: the sum of its first block is right.
    private static func isOldTar(_ bytes: Span<UInt8>) -> Bool {
        guard bytes.count >= 512, bytes[0] != 0 else { return false }
        var sum = 0
        for index in 0..<512 { sum += (148..<156).contains(index) ? 0x20 : Int(bytes[index]) }
        var said = 0
        var digits = 0
        for index in 148..<156 where bytes[index] & 0xF8 == 0x30 {
            said = said << 3 | Int(bytes[index] & 7)
            digits += 1
        }
        return digits >= 4 && said == sum
    }

    /// What nobody opens here.
    private static func isOtherArchive(_ bytes: Span<UInt8>) -> Bool {
        bytes.has([0x60, 0xEA]) && bytes.count > 10 || bytes.has("**ACE", at: 7) || bytes.has("ZOO ")
            || bytes.has("SIT!")
            || bytes.has("StuffIt") || bytes.has("MSWIM\0\0\0") || bytes.has("vhdxfile")
            || bytes.has("conectix")
            || bytes.has("ALZ\u{1}") || bytes.has("EGGA") || bytes.has("SZDD") || bytes.has("KWAJ")
            || bytes.has("hsqs") || bytes.has("(This file must be converted with BinHex")
            || bytes.has("UHA") && bytes.count > 32 && bytes.octet(3) ?? 0xFF < 32
    }

    private static func text(_ bytes: Span<UInt8>) -> FileKind? {
        let start = bytes.extracting(first: 4096)
        if start.has("[InternetShortcut]") || start.has("[Shell]") || start.has("[Desktop Entry]") {
            return .internetShortcut
        }
        if start.has("REGEDIT4") || start.has("Windows Registry Editor") { return .registry }
        if lowerCaseStart(start).starts(with: "@echo off".utf8) { return .batch }
        if start.contains("<hta:application") || start.contains("<scriptlet")
            || start.contains("<job") && start.contains("<script")
        {
            return .htmlApplication
        }
        if start.contains("<svg") { return .svg }
        if start.contains("<html") || start.contains("<!doctype html") || start.contains("<script") {
            return .html
        }
        return isMessage(start) ? .message : nil
    }

    private static func lowerCaseStart(_ bytes: Span<UInt8>) -> [UInt8] {
        bytes.copy(0..<64).trimmed.lowercased
    }

    /// A header of a message, with what only messages have in it.
    private static func isMessage(_ bytes: Span<UInt8>) -> Bool {
        guard let first = bytes.octet(0), first.isASCIILetterOrDigit else { return false }
        let header = PartHeader(reading: bytes, from: 0, to: bytes.count)
        let names: [StaticString] = [
            "received", "from", "to", "subject", "date", "message-id", "mime-version", "content-type",
            "return-path",
            "delivered-to",
        ]
        return names.count { !header.values($0).isEmpty } >= 2
    }
}
