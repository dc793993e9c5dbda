import ContentChecks
import FileFormats
import MailMessage
import Platform

extension Inspection {
    func zipStructure(of contents: Contents) -> ZIPStructure? {
        var left = self
        return ZIPStructure(contents.bytes.span, mostEntries: limits.entries) { left.spend($0) }
    }

    /// Entries by name, those of both directories; then what they contain.
    mutating func examineZIP(
        _ contents: Contents, _ structure: ZIPStructure, _ file: ExaminedFile, at place: Int?
    ) {
        for oddity in structure.oddities { found(.structure, oddity) }
        if structure.isCut { found(.limit, in: [], "\(limits.entries) entries of archives") }
        let promised = structure.totalSize
        checkPromise(promised, of: contents.bytes.count)
        if structure.entries.contains(where: \.isEncrypted) {
            found(.encrypted, "a ZIP archive with a password")
        }
        let document = ZIPDocument(structure)
        for finding in document.findings { found(finding.kind, finding.detail) }
        for entry in structure.entries {
            guard countEntry() else { return }
            let names = entry.names.map(Self.text)
            if entry.isDirectory {
                for reason in NameForms.reasons(for: names.map { String($0.drop { $0 == " " }) })
                where reason != "absolute path" {
                    found(.name, in: path + names.prefix(1), reason)
                }
                continue
            }
            examine(entry, of: contents, named: names)
        }
        if document.isJavaArchive { tellJavaArchive(file, at: place) }
    }

    private mutating func tellJavaArchive(_ file: ExaminedFile, at place: Int?) {
        setRecognisedType(FileKind.javaArchive.type ?? "", ofFile: place)
        if let contradiction = FileKind.javaArchive.contradiction(file) { found(.mismatch, contradiction) }
    }

    /// What an archive says to come to, against what is borne.
    private mutating func checkPromise(_ promised: Int, of size: Int) {
        _ = countPromise(promised)
        let (bound, overflow) = max(size, 1).multipliedReportingOverflow(by: max(limits.ratio, 1))
        if !overflow, promised > bound, promised > Self.smallestBomb {
            found(.limit, "unpacked, more than \(limits.ratio) times its size")
        }
    }

    /// What a high ratio does not matter below.
    static var smallestBomb: Int { 1 << 20 }

    private mutating func examine(_ entry: ZIPStructure.Entry, of contents: Contents, named names: [String]) {
        let file = ExaminedFile(names: names, size: entry.size)
        guard !entry.isEncrypted, let header = entry.header, entry.mayHaveContents,
            checkTime(), leftToUnpack > 0
        else {
            if !entry.isEncrypted, leftToUnpack == 0 {
                found(.limit, "unpacked, more than \(limits.unpackedBytes) octets")
            }
            add(file)
            return
        }
        do throws(FormatsError) {
            var reader = try ArchiveReader(
                contents.bytes.part(header..<contents.bytes.count), formats: .streamedZip,
                limits: ArchiveLimits(unpackedBytes: leftToUnpack, processorTime: end))
            guard try reader.next() != nil else {
                add(file)
                return found(.unreadable, in: path + names.prefix(1), "an entry that cannot be read")
            }
            examineEntry(&reader, as: file)
        } catch {
            tell(error, of: names.first ?? "")
            add(file)
        }
    }

    /// A name of either directory: UTF-8 where it is that, else one octet for one character.
    static func text(_ octets: [UInt8]) -> String {
        if let text = String(validating: octets, as: UTF8.self) { return text }
        return String(decoding: UTF8Text.fromLatin1(octets.span, limit: octets.count * 2), as: UTF8.self)
    }
}

extension ZIPStructure.Entry {
    /// Nothing, compressed, is a few octets.
    var mayHaveContents: Bool { size > 0 || compressedSize > 32 || !isInDirectory }

    var isDirectory: Bool { names.allSatisfy { $0.last == 0x2F } && size == 0 }
}

/// What the names in a ZIP archive say of the document that it is (ECMA-376, OASIS OpenDocument, JAR).
struct ZIPDocument {
    private(set) var findings: [(kind: AttachmentFinding.Kind, detail: String)] = []
    private(set) var isJavaArchive = false

    init(_ structure: ZIPStructure) {
        var (hasMacros, hasManifest, hasClass) = (false, false, false)
        for entry in structure.entries {
            for name in entry.names where name.count < 1024 {
                let name = name.map { $0 == 0x5C ? 0x2F : $0.asLowerCase }
                hasMacros = hasMacros || Self.isMacro(name)
                hasManifest = hasManifest || name.elementsEqual("meta-inf/manifest.mf".utf8)
                hasClass = hasClass || name.ends(with: ".class") || name.elementsEqual("classes.dex".utf8)
            }
        }
        if hasMacros { findings.append((.macros, "macros of an Office document")) }
        isJavaArchive = hasClass && hasManifest
    }

    private static func isMacro(_ name: [UInt8]) -> Bool {
        name.ends(with: "vbaproject.bin") || name.ends(with: "vbadata.xml")
            || name.span.contains("xl/macrosheets/")
            || name.ends(with: "basic/script-lc.xml") || name.starts(with: "scripts/".utf8) && name.count > 8
            || name.span.contains("xl/dialogsheets/")
    }
}

extension [UInt8] {
    fileprivate func ends(with text: String) -> Bool {
        count >= text.utf8.count && suffix(text.utf8.count).elementsEqual(text.utf8)
    }
}
