import ContentChecks
import Platform

/// Office documents before 2007, messages of Outlook, installers: what their streams say.
extension Inspection {
    private static var mostStreams: Int { 200 }

    mutating func examineCompoundFile(_ contents: Contents, _ file: ExaminedFile, at place: Int?) {
        guard spend(contents.bytes.count / 8), let document = CompoundFile(contents.bytes.span) else {
            return found(.unreadable, "a broken compound file")
        }
        if document.isBroken || !document.entries.contains(where: \.isRoot) {
            found(.unreadable, "a compound file without a directory")
        }
        tellInstaller(document, file, at: place)
        var streams = 0
        for entry in document.entries {
            guard spend(128) else { return }
            tellName(entry.name)
            guard entry.isStream else { continue }
            streams += 1
            guard streams <= Self.mostStreams || !Self.isLookedInto(entry.name) else {
                return found(.limit, "\(Self.mostStreams) streams of a compound file")
            }
            examine(entry, of: document)
        }
    }

    /// MS-OVBA §2.2.1, MS-OFFCRYPTO §2.3.4.
    private mutating func tellName(_ name: String) {
        switch name {
        case "VBA", "_VBA_PROJECT", "_VBA_PROJECT_CUR", "Macros", "_VBA_PROJECT_CUR_":
            found(.macros, "macros of an Office document")
        case "EncryptedPackage", "EncryptionInfo": found(.encrypted, "an Office document with a password")
        default: break
        }
    }

    /// The root of an installer's database has its class: 000C1084, 000C1086, 000C1082-0000-0000-C000-000000000046.
    private mutating func tellInstaller(
        _ document: borrowing CompoundFile, _ file: ExaminedFile, at place: Int?
    ) {
        for entry in document.entries where entry.isRoot {
            let identifier = entry.classIdentifier
            guard identifier.count == 16, [0x82, 0x84, 0x86].contains(identifier[0]), identifier[1] == 0x10,
                identifier[2] == 0x0C, identifier[3] == 0, identifier[8] == 0xC0, identifier[15] == 0x46
            else { continue }
            setRecognisedType(FileKind.installer.type ?? "", ofFile: place)
            if let contradiction = FileKind.installer.contradiction(file) { found(.mismatch, contradiction) }
        }
    }

    private static func isLookedInto(_ name: String) -> Bool {
        switch name {
        case "WordDocument", "Workbook", "Book", "Current User", "\u{1}Ole10Native", "Package", "CONTENTS":
            true
        default: name.hasPrefix("__substg1.0_37")
        }
    }

    private mutating func examine(_ entry: CompoundFile.Entry, of document: borrowing CompoundFile) {
        guard Self.isLookedInto(entry.name) else { return }
        switch entry.name {
        case "WordDocument":
            // MS-DOC §2.5.2: bit 8 of the flags is fEncrypted.
            let octets = document.contents(of: entry, limit: 32)
            if octets.span.u16(0) == 0xA5EC, (octets.span.u16(10) ?? 0) & 0x0100 != 0 {
                found(.encrypted, "an Office document with a password")
            }
        case "Workbook", "Book": examineWorkbook(document.contents(of: entry, limit: 256 << 10))
        case "Current User":
            // MS-PPT §2.3.2: the token of an encrypted presentation.
            if document.contents(of: entry, limit: 32).span.u32(12) == 0xF3D1_C4DF {
                found(.encrypted, "an Office document with a password")
            }
        case "\u{1}Ole10Native": examinePackage(document.contents(of: entry, limit: leftToHold), entry.size)
        case "Package", "CONTENTS":
            let octets = document.contents(of: entry, limit: leftToHold)
            examineStream(octets, named: [], size: entry.size)
        default: examineOutlook(entry, of: document)
        }
    }

    private mutating func examineStream(_ octets: [UInt8], named names: [String], size: Int) {
        guard countEntry() else { return }
        let contents = Contents(bytes: SharedBytes(octets), isCut: octets.count < size)
        held += octets.count
        examine(contents, as: ExaminedFile(names: names, size: size))
        held -= octets.count
    }

    /// Records of a workbook (MS-XLS §2.4): FilePass, and sheets of the kind that old macros are in.
    private mutating func examineWorkbook(_ octets: [UInt8]) {
        let span = octets.span
        var position = 0
        for _ in 0..<5000 {
            guard spend(16), let type = span.u16(position), let count = span.u16(position + 2) else { return }
            switch type {
            case 0x2F: found(.encrypted, "an Office document with a password")
            case 0x85 where span.octet(position + 9) == 1 || span.octet(position + 9) == 6:
                found(.macros, "a sheet of macros")
            // The end of what describes the whole workbook.
            case 0x0A: return
            default: break
            }
            position += 4 + count
        }
    }

    /// A file that was put into a document (Packager): size, flags, label, path, then its octets.
    private mutating func examinePackage(_ octets: [UInt8], _ size: Int) {
        let span = octets.span
        var names: [String] = []
        var position = 6
        for _ in 0..<2 {
            let text = span.copy(position..<(position + 1024)).prefix { $0 != 0 }
            // Where it was on the sender's machine is of no interest.
            names.append(NameForms.lastComponent(Self.text(Array(text))))
            position += text.count + 1
        }
        position += 4
        let pathCount = span.u32(position) ?? 0
        position = (position + 4).adding(pathCount)
        guard let count = span.u32(position), position < span.count else {
            examineStream([], named: names, size: 0)
            return
        }
        examineStream(span.copy((position + 4)..<(position + 4).adding(count)), named: names, size: count)
    }

    /// Attachments of a message of Outlook (MS-OXMSG §2.2.2): their names, and their contents.
    private mutating func examineOutlook(_ entry: CompoundFile.Entry, of document: borrowing CompoundFile) {
        let property = entry.name.dropFirst("__substg1.0_".count).prefix(8)
        switch property {
        case "3707001F", "3704001F", "3707001E", "3704001E":
            let octets = document.contents(of: entry, limit: 2048)
            let name =
                property.hasSuffix("F") ? WideText.string(octets.span, 0..<octets.count) : Self.text(octets)
            guard countEntry() else { return }
            add(ExaminedFile(names: [name]))
        case "37010102":
            examineStream(document.contents(of: entry, limit: leftToHold), named: [], size: entry.size)
        default: break
        }
    }
}
