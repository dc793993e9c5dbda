import FileFormats
import Platform
import TestSupport
import Testing

@Suite("Archives that are made to cost")
struct ArchiveLimitTests {
    @Test(
        "what is passed over counts where it has to be unpacked", arguments: ["gzip", "bzip2", "xz", "zstd"])
    func passedOver(filter: String) throws {
        let bomb = try Self.bomb(megabytes: 40, ["--format", "ustar", "--\(filter)"])
        #expect(bomb.count < 200_000)
        let limits = ArchiveLimits(unpackedBytes: 10 << 20)
        var reader = try ArchiveReader(SharedBytes(bomb), limits: limits)
        var failure: FormatsError?
        var names: [String] = []
        do throws(FormatsError) {
            while let entry = try reader.next() { names.append(String(decoding: entry.name, as: UTF8.self)) }
        } catch {
            failure = error
        }
        #expect(failure?.kind == .limit)
        #expect(names == ["d/a"])
        let unpacked = reader.unpacked
        #expect(unpacked > 10 << 20)
        #expect(unpacked < 12 << 20)
        // For good.
        var again: FormatsError?
        do throws(FormatsError) { _ = try reader.next() } catch { again = error }
        #expect(again?.kind == .limit)
    }

    @Test("what is passed over counts where entries are compressed together, once one of them is read")
    func together() throws {
        let bomb = try Self.bomb(megabytes: 100, ["--format", "7zip"])
        #expect(try Self.names(bomb) == ["d/a", "d/b"])
        var reader = try ArchiveReader(SharedBytes(bomb), limits: ArchiveLimits(unpackedBytes: 10 << 20))
        var failure: FormatsError?
        do throws(FormatsError) {
            _ = try reader.next()
            _ = try reader.read(upTo: 100)
            _ = try reader.next()
        } catch {
            failure = error
        }
        #expect(failure?.kind == .limit)
        let unpacked = reader.unpacked
        #expect(unpacked < 12 << 20)
    }

    @Test("reading stops at the limit", arguments: [ArchiveFormats.all, .streamedZip])
    func reading(formats: ArchiveFormats) throws {
        let bomb = try Self.bomb(megabytes: 40, ["--format", "zip"])
        var reader = try ArchiveReader(
            SharedBytes(bomb), formats: formats, limits: ArchiveLimits(unpackedBytes: 1 << 20))
        var failure: FormatsError?
        var count = 0
        do throws(FormatsError) {
            while try reader.next() != nil {
                while true {
                    let chunk = try reader.read(upTo: 1 << 16)
                    guard !chunk.isEmpty else { break }
                    count += chunk.count
                }
            }
        } catch {
            failure = error
        }
        #expect(failure?.kind == .limit)
        #expect(count >= 1 << 20)
        #expect(count <= (1 << 20) + (1 << 16))
    }

    @Test("nothing is read when time is up")
    func time() throws {
        let bomb = try Self.bomb(megabytes: 40, ["--format", "ustar", "--xz"])
        var reader = try ArchiveReader(
            SharedBytes(bomb), limits: ArchiveLimits(processorTime: ProcessorTime.milliseconds))
        var failure: FormatsError?
        do throws(FormatsError) { while try reader.next() != nil {} } catch { failure = error }
        #expect(failure?.kind == .limit)
    }

    @Test("names of a zip that comes to much are listed for nothing")
    func listing() throws {
        let bomb = try Self.bomb(megabytes: 200, ["--format", "zip"])
        let before = ProcessorTime.milliseconds
        let contents = try Self.names(bomb)
        #expect(contents.contains("d/a"))
        #expect(ProcessorTime.milliseconds - before < 100)
    }

    private static func names(_ archive: [UInt8]) throws -> [String] {
        var reader = try ArchiveReader(SharedBytes(archive))
        var names: [String] = []
        while let entry = try reader.next() { names.append(String(decoding: entry.name, as: UTF8.self)) }
        return names
    }

    /// A folder with a file of zeros, as bsdtar(1) packs it.
    private static func bomb(megabytes: Int, _ options: [String]) throws -> [UInt8] {
        let folder = try ArchiveFolder([("a", ""), ("b", "end")])
        let file = try folder.directory.open().openOrCreateFile("d/a", .write, permissions: 0o600)
        try file.truncate(to: megabytes << 20, path: "d/a")
        // A file with holes would be stored with them.
        return try folder.pack(
            "/usr/bin/bsdtar", ["--no-read-sparse"] + options + ["-cf", "archive", "d/a", "d/b"])
    }

    @Test("any octets come to an end", arguments: 0..<4)
    func anyOctets(part: UInt64) throws {
        var generator = SeededGenerator(seed: 77 + part)
        let seeds = try Self.seeds()
        for round in 0..<500 {
            var octets = seeds[round % seeds.count]
            for _ in 0..<Int.random(in: 1...8, using: &generator) where !octets.isEmpty {
                let place = Int.random(in: 0..<octets.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: octets[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: octets[place] = [0, 0xFF, 0x7F, 0x80].randomElement(using: &generator) ?? 0
                case 2: octets.removeSubrange(place..<min(place + 16, octets.count))
                default: octets.insert(contentsOf: generator.bytes(upTo: 16), at: place)
                }
            }
            for formats in [ArchiveFormats.all, .streamedZip, .compressedFile] {
                Self.readAll(octets, formats)
            }
        }
    }

    private static func readAll(_ octets: [UInt8], _ formats: ArchiveFormats) {
        let limits = ArchiveLimits(
            unpackedBytes: 4 << 20, processorTime: ProcessorTime.milliseconds + 2000)
        guard var reader = try? ArchiveReader(SharedBytes(octets), formats: formats, limits: limits) else {
            return
        }
        for turn in 0..<1000 {
            do throws(FormatsError) {
                guard let entry = try reader.next() else { return }
                #expect((entry.size ?? 0) >= 0)
                #expect(!entry.name.contains(0))
                while turn % 2 == 0, try !reader.read(upTo: 1 << 16).isEmpty {}
            } catch {
                #expect(error.detail.utf8.count <= FormatsError.longestDetail)
                guard error.kind == .failed else { return }
            }
        }
    }

    private static func seeds() throws -> [[UInt8]] {
        let text = Array(repeating: "abcdefgh ", count: 100).joined()
        let folder = try ArchiveFolder([("a.txt", text), ("b", "two")])
        let files = [("a.txt", Array(text.utf8)), ("b.exe", [1, 2, 3])] as [ArchiveBuilder.File]
        var seeds = [
            ArchiveBuilder.cabinet(files), ArchiveBuilder.lha(files), ArchiveBuilder.rar4(files),
            ArchiveBuilder.rar5(files),
        ]
        for format in [
            "zip", "7zip", "pax", "cpio", "newc", "pax --gzip", "ustar --zstd", "ustar --uuencode",
        ] {
            let words = format.split(separator: " ").map(String.init)
            seeds.append(try folder.pack("/usr/bin/bsdtar", ["--format"] + words + ["-cf", "archive", "d"]))
        }
        return seeds
    }
}
