import FileFormats
import Platform
import TestSupport
import Testing

@Suite("Archives")
struct ArchiveReaderTests {
    /// An entry and what is in it.
    struct Content: Equatable {
        var name: String
        var kind: ArchiveEntry.Kind
        var text: String
    }

    static func contents(
        of archive: [UInt8], formats: ArchiveFormats = .all, limits: ArchiveLimits = ArchiveLimits()
    ) throws -> [Content] {
        var reader = try ArchiveReader(SharedBytes(archive), formats: formats, limits: limits)
        var contents: [Content] = []
        while let entry = try reader.next() {
            var text: [UInt8] = []
            while true {
                let chunk = try reader.read(upTo: 1000)
                guard !chunk.isEmpty else { break }
                text += chunk
            }
            contents.append(
                Content(
                    name: String(decoding: entry.name, as: UTF8.self), kind: entry.kind,
                    text: String(decoding: text, as: UTF8.self)))
        }
        return contents
    }

    private static let text = String(repeating: "What is packed comes out again. ", count: 200)

    @Test(
        "files come out of what other programs pack",
        arguments: [
            "zip", "7zip", "ustar", "pax", "gnutar", "cpio", "newc", "iso9660",
            "ustar --gzip", "ustar --bzip2", "ustar --xz", "ustar --lzma", "ustar --lzip", "ustar --zstd",
            "ustar --lz4", "ustar --compress", "ustar --uuencode", "ustar --gzip --uuencode",
        ])
    func packed(format: String) throws {
        let folder = try ArchiveFolder([("a.txt", Self.text), ("ä✓.txt", "two"), ("empty", "")])
        let words = format.split(separator: " ").map(String.init)
        let archive = try folder.pack(
            "/usr/bin/bsdtar", ["--format"] + words + ["-cf", "archive", "d"])
        let contents = try Self.contents(of: archive)
        let files = contents.filter { $0.kind == .file }.sorted { $0.name < $1.name }
        #expect(
            files == [
                Content(name: "d/a.txt", kind: .file, text: Self.text),
                Content(name: "d/empty", kind: .file, text: ""),
                Content(name: "d/ä✓.txt", kind: .file, text: "two"),
            ])
        #expect(contents.contains { $0.kind == .directory && $0.name.hasPrefix("d") })
    }

    @Test("an archive of ar(1) has no folders")
    func ar() throws {
        let folder = try ArchiveFolder([("a.txt", Self.text), ("b", "two")])
        let archive = try folder.pack("/usr/bin/ar", ["rc", "archive", "d/a.txt", "d/b"])
        #expect(
            try Self.contents(of: archive) == [
                Content(name: "a.txt", kind: .file, text: Self.text),
                Content(name: "b", kind: .file, text: "two"),
            ])
    }

    @Test(
        "files come out of formats that are written here",
        arguments: [
            ("cabinet", ArchiveBuilder.cabinet), ("lha", ArchiveBuilder.lha),
            ("rar4", { ArchiveBuilder.rar4($0) }), ("rar5", ArchiveBuilder.rar5),
        ] as [(String, @Sendable ([ArchiveBuilder.File]) -> [UInt8])])
    func built(name: String, build: @Sendable ([ArchiveBuilder.File]) -> [UInt8]) throws {
        let archive = build([("a.txt", Array(Self.text.utf8)), ("run.exe", Array("MZ".utf8))])
        #expect(
            try Self.contents(of: archive) == [
                Content(name: "a.txt", kind: .file, text: Self.text),
                Content(name: "run.exe", kind: .file, text: "MZ"),
            ])
    }

    @Test("names keep their octets where a format does not say what they mean")
    func namesInUnknownCharacters() throws {
        let folder = try ArchiveFolder([])
        let script = """
            import tarfile, zipfile, io
            t = tarfile.open('t', 'w', encoding='latin-1', format=tarfile.USTAR_FORMAT)
            t.addfile(tarfile.TarInfo('\\xe4\\xff.exe'), io.BytesIO(b''))
            t.close()
            z = zipfile.ZipFile('z', 'w')
            z.writestr('aaaa.exe', b'x')
            z.writestr('\\u00e4\\u2713.txt', b'y')
            z.close()
            d = open('z', 'rb').read().replace(b'aaaa', b'\\xe4\\xff\\x81a')
            open('z', 'wb').write(d)
            """
        let tar = try folder.pack("/usr/bin/python3", ["-c", script], into: "t")
        #expect(try Self.firstName(of: tar) == [0xE4, 0xFF] + Array(".exe".utf8))
        let zip = try folder.pack("/usr/bin/python3", ["-c", script], into: "z")
        for formats in [ArchiveFormats.all, .streamedZip] {
            #expect(try Self.firstName(of: zip, formats) == [0xE4, 0xFF, 0x81] + Array("a.exe".utf8))
            #expect(try Self.contents(of: zip, formats: formats).last?.name == "ä✓.txt")
        }
    }

    private static func firstName(of archive: [UInt8], _ formats: ArchiveFormats = .all) throws -> [UInt8]? {
        var reader = try ArchiveReader(SharedBytes(archive), formats: formats)
        return try reader.next()?.name
    }

    @Test("a zip has the entries of its directory, or those that stand before their contents, as one asks")
    func twoReadersOfZip() throws {
        let folder = try ArchiveFolder([])
        let script = """
            import zipfile, io
            def make(name):
                b = io.BytesIO()
                z = zipfile.ZipFile(b, 'w'); z.writestr(name, b'x'); z.close()
                return b.getvalue()
            # The directory of the second one is at the end of the file; the first one is in front of it.
            open('archive', 'wb').write(make('first.exe') + make('second.txt'))
            """
        let archive = try folder.pack("/usr/bin/python3", ["-c", script])
        #expect(try Self.contents(of: archive).map(\.name) == ["second.txt"])
        #expect(try Self.contents(of: archive, formats: .streamedZip).first?.name == "first.exe")
    }

    @Test("links are links, and say where they lead")
    func links() throws {
        let folder = try ArchiveFolder([("a", "one")])
        try folder.directory.link("d/symbolic", to: "/etc/passwd")
        let archive = try folder.pack("/usr/bin/bsdtar", ["-cf", "archive", "d"])
        var reader = try ArchiveReader(SharedBytes(archive))
        var links: [ArchiveEntry] = []
        while let entry = try reader.next() { if entry.kind == .link { links.append(entry) } }
        #expect(links.map(\.linkTarget) == [Array("/etc/passwd".utf8)])
        #expect(reader.format.contains("tar"))
        #expect(reader.filters == [])
    }

    @Test(
        "a file that is only compressed is one entry",
        arguments: ["gzip", "bzip2", "xz"])
    func compressed(program: String) throws {
        let folder = try ArchiveFolder([("a.txt", Self.text)])
        let script =
            "import \(program == "gzip" ? "gzip" : program == "xz" ? "lzma" : "bz2") as m; "
            + "open('archive', 'wb').write(m.compress(open('d/a.txt', 'rb').read()))"
        let archive = try folder.pack("/usr/bin/python3", ["-c", script])
        #expect(try Self.contents(of: archive, formats: .compressedFile).map(\.text) == [Self.text])
        #expect(throws: FormatsError.self) { try Self.contents(of: archive) }
    }

    @Test(
        "what is no archive is not recognised",
        arguments: ["", "x", "a text of some words", "\u{0}\u{0}\u{0}", "PK", "MZ\u{90}"])
    func notRecognised(text: String) throws {
        for formats in [ArchiveFormats.all, .streamedZip, .compressedFile] {
            let octets = SharedBytes(Array(text.utf8))
            var failure: FormatsError?
            do throws(FormatsError) {
                var reader = try ArchiveReader(octets, formats: formats)
                _ = try reader.next()
            } catch {
                failure = error
            }
            #expect(failure?.kind == .unrecognised, "\(formats)")
        }
    }

    /// How reading all of it ends; nil for the end of the archive.
    private static func endKind(_ reader: inout ArchiveReader) -> FormatsError.Kind? {
        for _ in 0..<100_000 {
            do throws(FormatsError) {
                guard try reader.next() != nil else { return nil }
                while try !reader.read(upTo: 1 << 16).isEmpty {}
            } catch {
                if error.kind != .failed { return error.kind }
            }
        }
        return .failed
    }

    @Test("encryption is told where it is, and contents are not given")
    func encrypted() throws {
        let folder = try ArchiveFolder([("a.txt", Self.text)])
        let rar = ArchiveBuilder.rar4([("a", Array("secret".utf8))], isEncrypted: true)
        let zip = try folder.pack(
            "/usr/bin/7z", ["a", "-tzip", "-psecret", "archive", "d"], into: "archive.zip")
        let sevenZip = try folder.pack("/usr/bin/7z", ["a", "-psecret", "archive", "d"], into: "archive.7z")
        for archive in [rar, zip, sevenZip] {
            var reader = try ArchiveReader(SharedBytes(archive))
            var files: [ArchiveEntry] = []
            var readable = 0
            while let entry = try reader.next() {
                if entry.kind == .file { files.append(entry) }
                if entry.kind == .file, (try? reader.read(upTo: 10)) != nil { readable += 1 }
            }
            #expect(files.map(\.isEncrypted) == [true])
            #expect(readable == 0)
            #expect(reader.isEncrypted == true)
        }
    }

    @Test("where even the names are encrypted, the archive says so")
    func encryptedNames() throws {
        let folder = try ArchiveFolder([("a.txt", Self.text)])
        let archive = try folder.pack(
            "/usr/bin/7z", ["a", "-psecret", "-mhe=on", "archive", "d"], into: "archive.7z")
        var reader = try ArchiveReader(SharedBytes(archive))
        let kind = Self.endKind(&reader)
        #expect(kind == .fatal)
        #expect(reader.isEncrypted == true)
    }
}
