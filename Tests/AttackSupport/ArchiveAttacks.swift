extension Attacks {
    private static var evil: [UInt8] { Mail.program }

    private static func zip(_ name: String, _ archive: [UInt8], _ expectations: Attack.Expectation) -> Attack
    {
        Attack(name, Mail.attachment(archive, named: "a.zip"), expectations)
    }

    /// What unpacks to more than anybody can bear.
    static func bombs() -> [Attack] {
        let zeros = ZIPWriter.Entry("zeros", zeros: 12 << 20)
        let many = (0..<20_000).map { ZIPWriter.Entry("\($0)", []) }
        return [
            zip("zip bomb by ratio", ZIPWriter.archive([zeros]), .finding("limit")),
            zip(
                "zip bomb by promise", ZIPWriter.archive([zeros.with { $0.size = 1 << 31 }]),
                .finding("limit")),
            zip(
                "zip bomb that lies about its size", ZIPWriter.archive([zeros.with { $0.size = 10 }]),
                .finding("structure")),
            zip("zip bomb by count", ZIPWriter.archive(many), .finding("limit")),
            zip("zip bomb by overlap", overlapping(), .finding("structure")),
            zip(
                "zip bomb of many small bombs",
                ZIPWriter.archive((0..<300).map { ZIPWriter.Entry("\($0)", zeros: 1 << 18) }),
                .finding("limit")),
            zip("nested zip", nested(8), .finding("limit")),
            zip("zip bomb of zips of zips", tree(depth: 4, width: 12), .finding("limit")),
            zip("zip that contains itself", quine(), .finding("structure")),
            Attack(
                "gzip of zeros",
                Mail.attachment(
                    Compression.gzip(deflated: Compression.deflatedZeros(96 << 20), of: 96 << 20),
                    named: "a.gz"), .finding("limit")),
            Attack(
                "gzip within gzip",
                Mail.attachment(
                    (0..<40).reduce(Mail.octets("x")) { data, _ in Compression.gzip(data) }, named: "a.gz"),
                .unanswerable),
            Attack("bzip2 of zeros", Mail.attachment(bzip2OfZeros(), named: "a.bz2"), .finding("limit")),
            Attack(
                "zstd of zeros", Mail.attachment(Compression.zstdZeros(megabytes: 500), named: "a.zst"),
                .finding("limit")),
            Attack(
                "lz4 of zeros", Mail.attachment(Compression.lz4Zeros(30), named: "a.lz4"), .finding("limit")),
            Attack(
                "zstd with a window that no memory has",
                Mail.attachment(Compression.zstd(window: 0xFF, blocks: [(0, 1, [1])]), named: "a.zst"),
                .unanswerable),
            Attack(
                "lzma with a dictionary of 4 GiB",
                Mail.attachment(Compression.lzma(dictionary: 1 << 31, size: 1 << 36), named: "a.lzma"),
                .unanswerable),
            Attack(
                "zip of many zstd of zeros",
                Mail.attachment(
                    ZIPWriter.archive(
                        (0..<40).map { ZIPWriter.Entry("\($0).zst", Compression.zstdZeros(megabytes: 4)) }),
                    named: "a.zip"), .finding("limit")),
            Attack(
                "tar with a size of petabytes",
                Mail.attachment(TarWriter.archive([.init(name: "a", size: 1 << 50)]), named: "a.tar"),
                .unanswerable),
            Attack(
                "sparse tar", Mail.attachment(TarWriter.sparse("a", size: 1 << 45), named: "a.tar"),
                .unanswerable),
            Attack(
                "tar with a header of gigabytes",
                Mail.attachment(
                    TarWriter.archive([.init(name: "a", type: "x", size: 1 << 40)]), named: "a.tar"),
                .unanswerable),
            Attack(
                "tar with many entries", Mail.attachment(Compression.gzip(manyEntries()), named: "a.tgz"),
                .finding("limit")),
        ]
    }

    /// Entries of a directory that all have the same data.
    private static func overlapping() -> [UInt8] {
        let kernel = ZIPWriter.Entry("kernel", zeros: 1 << 18)
        let others = (0..<500).map { number in
            kernel.with {
                $0.name = Array("\(number)".utf8)
                $0.isBeforeData = false
                $0.offset = 0
            }
        }
        return ZIPWriter.archive([kernel] + others)
    }

    private static func nested(_ depth: Int) -> [UInt8] {
        (0..<depth).reduce(evil) { data, level in
            ZIPWriter.archive(level == 0 ? "a.exe" : "\(level).zip", data)
        }
    }

    private static func tree(depth: Int, width: Int) -> [UInt8] {
        guard depth > 0 else { return ZIPWriter.archive([ZIPWriter.Entry("zeros", zeros: 1 << 19)]) }
        let inner = tree(depth: depth - 1, width: 3)
        return ZIPWriter.archive((0..<width).map { ZIPWriter.Entry("\($0).zip", inner) })
    }

    /// An entry whose data are the whole archive, from its first octet on.
    private static func quine() -> [UInt8] {
        var archive = ZIPWriter.archive([ZIPWriter.Entry("a.zip", [])])
        // The header's length as that of its name: the data begin where the archive begins, for who counts back.
        let data = ZIPWriter.Entry("a.zip", archive)
        archive = ZIPWriter.archive([data])
        let entry = ZIPWriter.Entry("b.zip", [UInt8](repeating: 0, count: archive.count)).with {
            $0.isBeforeData = false
            $0.offset = 0
            $0.crc = 0
        }
        return ZIPWriter.archive([data, entry])
    }

    private static func manyEntries() -> [UInt8] {
        var archive: [UInt8] = []
        for number in 0..<12_000 { archive += TarWriter.header(.init(name: "\(number)")) }
        return archive + [UInt8](repeating: 0, count: 1024)
    }

    /// Ours: 900,000 zeros, over and over.
    private static func bzip2OfZeros() -> [UInt8] {
        let one: [UInt8] = [
            0x42, 0x5A, 0x68, 0x39, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, 0x63, 0xE3, 0xEC, 0xA2, 0x00, 0x06,
            0xE4, 0xC1, 0x00, 0xC0,
            0x00, 0x02, 0x00, 0x00, 0x08, 0x20, 0x00, 0x30, 0xCC, 0x09, 0xAA, 0x69, 0x94, 0xA1, 0x36, 0xA9,
            0x28, 0x4F, 0x17, 0x72,
            0x45, 0x38, 0x50, 0x90, 0x63, 0xE3, 0xEC, 0xA2,
        ]
        return (0..<80).flatMap { _ in one }
    }

    /// What the directories of a ZIP archive may say of one another.
    static func zipDirectories() -> [Attack] {
        let good = ZIPWriter.Entry("a.txt", Mail.octets("hello"))
        let bad = ZIPWriter.Entry("b.exe", evil)
        let exe = Attack.Expectation.forbidden("*.exe")
        let unicodePath = joined([1], le32(Compression.crc32(Array("a.txt".utf8))), Array("b.exe".utf8))
        let unicodeExtra = joined(le16(0x7075), le16(unicodePath.count), unicodePath)
        return [
            zip(
                "zip: a name in the header before the data",
                ZIPWriter.archive([good.with { $0.localName = Array("b.exe".utf8) }]), exe),
            zip(
                "zip: a name in the directory at the end",
                ZIPWriter.archive([bad.with { $0.localName = Array("a.txt".utf8) }]), exe),
            zip(
                "zip: an entry that the directory does not name",
                ZIPWriter.archive([good, bad.with { $0.isInDirectory = false }]), exe),
            zip(
                "zip: an entry without a header before data",
                ZIPWriter.archive([
                    good,
                    bad.with {
                        $0.isBeforeData = false; $0.offset = 999_999
                    },
                ]), exe),
            zip(
                "zip: a Unicode path of another name",
                ZIPWriter.archive([good.with { $0.extra = unicodeExtra }]), exe),
            zip("zip: NUL in a name", ZIPWriter.archive([ZIPWriter.Entry("b.exe\0.txt", evil)]), exe),
            zip(
                "zip: two directories", ZIPWriter.archive([bad], comment: []) + ZIPWriter.archive([good]), exe
            ),
            zip(
                "zip: a comment that is another end",
                ZIPWriter.archive([bad], comment: ZIPWriter.archive([good])), exe),
            zip(
                "zip: the longest comment",
                ZIPWriter.archive([bad], comment: [UInt8](repeating: 0x50, count: 65535)), exe),
            zip(
                "zip: entries that share data",
                ZIPWriter.archive([
                    good,
                    bad.with {
                        $0.isBeforeData = false; $0.offset = 0
                    },
                ]), .finding("structure")),
            zip(
                "zip: two entries of one name", ZIPWriter.archive([good, ZIPWriter.Entry("a.txt", evil)]),
                .finding("structure")),
            zip("zip: ZIP64", ZIPWriter.archive([bad.with { $0.isWide = true }]), exe),
            zip(
                "zip: sizes behind the data",
                ZIPWriter.archive([
                    bad.with {
                        $0.hasDescriptor = true; $0.method = 8; $0.data = Compression.deflatedStored(evil)
                    }
                ]), exe),
            zip(
                "zip: with a password", ZIPWriter.archive([bad.with { $0.flags = 1 }]), .finding("encrypted")),
            zip(
                "zip: with a password in one directory only",
                ZIPWriter.archive([bad.with { $0.localFlags = 1 }]), .finding("encrypted")),
            zip("zip: AES", ZIPWriter.archive([good.with { $0.method = 99 }]), .finding("encrypted")),
            zip(
                "zip: a method that nobody knows", ZIPWriter.archive([good.with { $0.method = 77 }]),
                .unanswerable),
            zip(
                "zip: leads out of its directory",
                ZIPWriter.archive([ZIPWriter.Entry("../../etc/cron.d/x", [1])]), .finding("name")),
            zip(
                "zip: absolute path", ZIPWriter.archive([ZIPWriter.Entry("C:\\Windows\\x.txt", [1])]),
                .finding("name")),
            zip(
                "zip: deep directories",
                ZIPWriter.archive([ZIPWriter.Entry(String(repeating: "d/", count: 2000) + "b.exe", evil)]),
                exe),
            zip(
                "zip: behind a picture",
                ZIPWriter.archive([bad], prefix: Mail.octets("GIF89a") + [UInt8](repeating: 0, count: 200)),
                exe),
            zip("zip: cut off before its directory", ZIPWriter.local(bad) + ZIPWriter.local(good), exe),
            Attack(
                "zip: under the name of a picture",
                Mail.attachment(ZIPWriter.archive([bad]), named: "a.jpg", type: "image/jpeg"), exe),
            zip(
                "zip: a program under a text's name", ZIPWriter.archive([ZIPWriter.Entry("a.txt", evil)]),
                .finding("mismatch")),
        ]
    }

    static func otherArchives() -> [Attack] {
        let exe = Attack.Expectation.forbidden("*.exe")
        let tar = TarWriter.archive([.init(name: "b.exe", data: evil)])
        return [
            Attack("tar", Mail.attachment(tar, named: "a.bin"), exe),
            Attack("tar within gzip", Mail.attachment(Compression.gzip(tar), named: "a.bin"), exe),
            Attack(
                "tar within xz within zip",
                Mail.attachment(ZIPWriter.archive("x", Compression.xz(dictionary: 20, tar)), named: "a.zip"),
                exe),
            Attack(
                "xz with a dictionary of 4 GiB",
                Mail.attachment(Compression.xz(dictionary: 40, tar), named: "a.xz"), .either("*.exe")),
            Attack(
                "gzip's own name",
                Mail.attachment(Compression.gzip(Mail.octets("x"), name: "b.exe"), named: "a.gz"), exe),
            Attack(
                "a link that leads out of a tar",
                Mail.attachment(
                    TarWriter.archive([.init(name: "a", type: "2", link: "../../etc/passwd")]), named: "a.tar"
                ), .finding("structure")),
            Attack(
                "7-Zip with a password", Mail.attachment(OtherWriters.encryptedSevenZip(), named: "a.7z"),
                .finding("encrypted")),
            Attack(
                "RAR with a password", Mail.attachment(OtherWriters.encryptedRAR(), named: "a.rar"),
                .finding("encrypted")),
            Attack(
                "a broken cabinet", Mail.attachment(OtherWriters.brokenCabinet(), named: "a.cab"),
                .unanswerable),
            Attack(
                "ISO 9660", Mail.attachment(DiskImageWriter.image(fileNamed: "B.EXE"), named: "a.iso"), exe),
            Attack(
                "ISO 9660 with a directory within itself",
                Mail.attachment(DiskImageWriter.image(fileNamed: "B.EXE", isCircular: true), named: "a.iso"),
                .either("*.exe")),
            Attack(
                "ACE",
                Mail.attachment(
                    [0, 0, 0, 0, 0, 0, 0] + Mail.octets("**ACE**") + [UInt8](repeating: 0, count: 60),
                    named: "a.ace"), .finding("unreadable")),
            Attack(
                "ARJ",
                Mail.attachment([0x60, 0xEA, 40, 0] + [UInt8](repeating: 7, count: 60), named: "a.arj"),
                .finding("unreadable")),
            Attack(
                "rubbish that is named as an archive",
                Mail.attachment(Mail.octets("no archive at all"), named: "a.zip"), .finding("unreadable")),
            Attack(
                "a message within a zip",
                Mail.attachment(
                    ZIPWriter.archive("m.eml", Mail.attachment(evil, named: "b.exe")), named: "a.zip"), exe),
        ]
    }

    static func documents() -> [Attack] {
        let macros = Attack.Expectation.finding("macros")
        let encrypted = Attack.Expectation.finding("encrypted")
        func office(_ entries: [ZIPWriter.Entry]) -> [UInt8] {
            let types = ZIPWriter.Entry("[Content_Types].xml", Mail.octets("<Types/>"))
            return ZIPWriter.archive([types] + entries)
        }
        func compound(_ name: String, _ file: [UInt8], _ expectation: Attack.Expectation) -> Attack {
            Attack(name, Mail.attachment(file, named: "a.doc", type: "application/msword"), expectation)
        }
        let sheet = joined(le16(0x809), le16(4), le32(0), le16(0x85), le16(9), le32(0), [0, 1, 1, 0, 0x41])
        let lockedBook = joined(le16(0x809), le16(4), le32(0), le16(0x2F), le16(2), le16(0))
        let lockedText = joined(le16(0xA5EC), [UInt8](repeating: 0, count: 8), le16(0x0100))
        let template =
            "<Relationship Type=\"http://x/attachedTemplate\" Target=\"http://x/\" TargetMode=\"External\"/>"
        return [
            Attack(
                "docx: vbaProject.bin",
                Mail.attachment(office([.init("word/vbaProject.bin", [1])]), named: "a.docx"), macros),
            Attack(
                "docx: vbaProject.bin in other letters",
                Mail.attachment(office([.init("WORD\\VBAPROJECT.BIN", [1])]), named: "a.docx"), macros),
            Attack(
                "xlsx: a sheet of macros",
                Mail.attachment(office([.init("xl/macrosheets/sheet1.xml", [1])]), named: "a.xlsx"), macros),
            Attack(
                "docx: its type says macros",
                Mail.attachment(
                    ZIPWriter.archive(
                        "[Content_Types].xml",
                        Mail.octets(
                            "<x ContentType=\"application/vnd.ms-word.document.macroEnabled.main+xml\"/>")),
                    named: "a.docx"), macros),
            Attack(
                "docx: a template from elsewhere",
                Mail.attachment(
                    office([.init("word/_rels/settings.xml.rels", Mail.octets(template))]), named: "a.docx"),
                macros),
            Attack(
                "docx: an object within",
                Mail.attachment(
                    office([
                        .init(
                            "word/embeddings/oleObject1.bin",
                            CompoundFileWriter.file(streams: [
                                ("\u{1}Ole10Native", CompoundFileWriter.package(named: "b.exe", evil))
                            ]))
                    ]), named: "a.docx"), .forbidden("*.exe")),
            Attack(
                "odt with a password",
                Mail.attachment(
                    ZIPWriter.archive("META-INF/manifest.xml", Mail.octets("<manifest:encryption-data/>")),
                    named: "a.odt"), encrypted),
            compound("doc: macros", CompoundFileWriter.file(storages: ["Macros", "VBA"]), macros),
            compound(
                "doc: a directory and streams in circles",
                CompoundFileWriter.file(streams: [("WordDocument", [])], storages: ["VBA"], isCircular: true),
                macros),
            compound(
                "doc with a password", CompoundFileWriter.file(streams: [("WordDocument", lockedText)]),
                encrypted),
            compound(
                "docx with a password",
                CompoundFileWriter.file(streams: [("EncryptedPackage", [1]), ("EncryptionInfo", [1])]),
                encrypted),
            compound(
                "xls with a password", CompoundFileWriter.file(streams: [("Workbook", lockedBook)]), encrypted
            ),
            compound(
                "xls: a sheet of old macros", CompoundFileWriter.file(streams: [("Workbook", sheet)]), macros),
            compound(
                "doc: a file put into it",
                CompoundFileWriter.file(streams: [
                    ("\u{1}Ole10Native", CompoundFileWriter.package(named: "b.exe", evil))
                ]), .forbidden("*.exe")),
            compound(
                "msi as a document",
                CompoundFileWriter.file(rootClass: [
                    0x84, 0x10, 0x0C, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46,
                ]), .finding("mismatch")),
            compound(
                "a compound file without anything",
                [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1] + [UInt8](repeating: 0xFF, count: 600),
                .finding("unreadable")),
            Attack(
                "rtf: an object",
                Mail.attachment(Mail.octets("{\\rtf1{\\object\\objemb{\\*\\objdata 0105}}}"), named: "a.rtf"),
                macros),
            Attack(
                "winmail.dat",
                Mail.attachment(
                    CompoundFileWriter.tnef(named: "B.EXE", longName: nil, evil), named: "winmail.dat"),
                .forbidden("*.exe")),
            Attack(
                "winmail.dat: the long name",
                Mail.attachment(
                    CompoundFileWriter.tnef(named: "A.TXT", longName: "b.exe", evil), named: "winmail.dat"),
                .forbidden("*.exe")),
            Attack(
                "a message of Outlook",
                Mail.attachment(
                    CompoundFileWriter.file(streams: [
                        ("__substg1.0_3707001F", "b.exe".utf16.flatMap { le16(Int($0)) })
                    ]), named: "a.msg"), .forbidden("*.exe")),
        ]
    }
}
