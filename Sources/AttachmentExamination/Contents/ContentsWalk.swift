import ContentChecks
import Platform

extension Inspection {
    /// Octets from the beginning by which contents are told.
    static var window: Int { 64 << 10 }
    /// Octets that libmagic is shown of a part, and of an entry: more of them take it more time than there may be left.
    private static var recognised: (part: Int, entry: Int) { (256 << 10, 4 << 10) }

    /// The type as libmagic tells it. It takes a millisecond and more for a text: of the entries of an archive the first
    /// ones have such a type, until half of the time is gone; what ``FileKind`` knows is told of all.
    private mutating func recognised(_ span: Span<UInt8>) -> String {
        guard checkTime(), path.isEmpty || isInFirstHalf else { return "" }
        let most = path.isEmpty ? Self.recognised.part : Self.recognised.entry
        return recognise(span.extracting(first: min(span.count, most)))
    }

    /// Adds a file, tells what it is, and looks into it if it holds others.
    mutating func examine(_ contents: Contents, as file: ExaminedFile) {
        var file = file
        let span = contents.bytes.span
        let beginning = span.extracting(first: min(span.count, Self.window))
        let kind = FileKind(beginning)
        let isEmpty = span.isEmpty
        let recognised = isEmpty ? "" : recognised(span)
        file.recognisedType = kind.type(besides: recognised)
        let name = file.names.first ?? ""
        let place = add(file)
        if let contradiction = kind.contradiction(file) { found(.mismatch, in: path + [name], contradiction) }
        if !path.isEmpty { examineDocumentPart(contents, named: name) }
        lookInto(contents, kind, named: name, file, at: place)
    }

    /// What some parts of Office documents say of the whole: ECMA-376 Part 2, OpenDocument Part 2.
    private mutating func examineDocumentPart(_ contents: Contents, named name: String) {
        let octets = Array(name.utf8.suffix(64)).lowercased
        let span = contents.bytes.span
        if octets.span.contains("[content_types].xml"), span.contains("macroenabled") {
            found(.macros, "a document type with macros")
        } else if octets.suffix(5).elementsEqual(".rels".utf8), span.contains("attachedtemplate"),
            span.contains("\"external\"")
        {
            found(.macros, "a template from elsewhere")
        } else if octets.span.contains("meta-inf/manifest.xml"), span.contains("encryption-data") {
            found(.encrypted, "an OpenDocument file with a password")
        }
    }

    /// Looks into what holds others.
    private mutating func lookInto(
        _ contents: Contents, _ kind: FileKind, named name: String, _ file: ExaminedFile, at place: Int?
    ) {
        let span = contents.bytes.span
        let isContainer = [.zip, .compoundFile, .tnef, .archive, .compressed, .message].contains(kind)
        guard !contents.isCut else {
            if isContainer
                || file.names.contains(where: { FileExtensions.isArchive(NameForms.fileExtension($0)) })
            {
                found(.limit, in: path + [name], "more than \(span.count) octets of an archive")
            }
            return
        }
        switch kind {
        case .zip: break
        case .compoundFile: within(name, contents) { $0.examineCompoundFile(contents, file, at: place) }
        case .tnef: within(name, contents) { $0.examineTNEF(contents) }
        case .compressed, .archive: within(name, contents) { $0.examineArchive(contents, named: name) }
        case .message:
            if !file.declaredType.hasPrefix("text/") || !file.names.isEmpty || !path.isEmpty {
                within(name, contents) { $0.examine(message: contents.bytes) }
            }
        case .otherArchive:
            found(.unreadable, in: path + [name], "an archive of a kind that is not read here")
        case .richText: examineRichText(contents, named: name)
        default: break
        }
        // Whatever it begins with: readers of ZIP look at the end.
        if let structure = zipStructure(of: contents) {
            if kind != .zip, kind != .windowsProgram, kind != .compoundFile {
                found(.structure, in: path + [name], "a ZIP archive behind something else")
            }
            within(name, contents) { $0.examineZIP(contents, structure, file, at: place) }
        } else if kind == .zip {
            found(.unreadable, in: path + [name], "a ZIP archive without a directory")
        } else if !isContainer,
            file.names.contains(where: { FileExtensions.isArchive(NameForms.fileExtension($0)) }),
            kind != .richText, kind != .html, kind != .otherArchive
        {
            found(.unreadable, in: path + [name], "named as an archive, and none that is known")
        }
    }

    /// An object in a text of this kind is run by what shows it.
    private mutating func examineRichText(_ contents: Contents, named name: String) {
        guard spend(contents.bytes.count) else { return }
        let span = contents.bytes.span
        if span.contains("\\objdata") || span.contains("\\objupdate") {
            found(.macros, in: path + [name], "an object within RTF")
        }
    }
}
