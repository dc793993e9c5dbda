import Platform
import TestSupport
import Testing

@testable import ContentChecks

@Suite("clamd itself", .serialized, .enabled(if: ClamdDaemon.isInstalled, "there is no clamd"))
struct ClamdDaemonTests {
    private static let testFiles = "/usr/share/clamav-testfiles"

    private static var isTestFileThere: Bool {
        (try? OwnedFileDescriptor(reading: "\(testFiles)/clam.exe")) != nil
    }

    private static let signatures = [
        "eicar.hsb": ClamdDaemon.signature("Test.Whole", of: ScannerSamples.eicar),
        "eicar.ndb": ClamdDaemon.pattern("Test.Part", in: ScannerSamples.eicar),
    ]

    private func scan(
        _ octets: [UInt8], _ address: String, _ method: ClamdScanner.Method = .auto, file: String? = nil,
        milliseconds: Int = 30_000
    ) throws -> Result<VirusAnswer, ScannerFailure> {
        let servers = [ScannerAddress(text: address)].compactMap { $0 }
        let file = try file.map { try OwnedFileDescriptor(reading: $0) }
        let message = ScannedMessage(SharedBytes(octets), file: file)
        do throws(ScannerFailure) {
            return .success(
                try ClamdScanner(servers: servers, method: method)
                    .scan(message, until: Deadline(milliseconds: milliseconds)))
        } catch {
            return .failure(error)
        }
    }

    private func read(_ path: String) throws -> [UInt8] {
        try OwnedFileDescriptor(reading: path).readAll(limit: 1 << 22, path: path)
    }

    @Test(
        "EICAR is found by hash and by pattern, by stream and by descriptor, and nothing in what is clean",
        .timeLimit(.minutes(1)))
    func eicar() throws {
        let root = try TemporaryDirectory()
        let sample = ScannerSamples.virus()
        for (database, octets, name) in [
            ("eicar.hsb", ScannerSamples.eicar, "Test.Whole.UNOFFICIAL"),
            ("eicar.ndb", sample, "Test.Part.UNOFFICIAL"),
        ] {
            let clamd = try ClamdDaemon(signatures: [database: Self.signatures[database] ?? ""])
            let path = try root.write("file", String(decoding: octets, as: UTF8.self))
            let clean = try root.write("clean", String(decoding: ScannerSamples.harmless, as: UTF8.self))
            for address in [clamd.local, clamd.network] {
                for method in [ClamdScanner.Method.auto, .stream, .descriptor] {
                    for file in [nil, path] {
                        #expect(try scan(octets, address, method, file: file) == .success(.found(name: name)))
                    }
                    for file in [nil, clean] {
                        #expect(
                            try scan(ScannerSamples.harmless, address, method, file: file) == .success(.clean)
                        )
                    }
                }
            }
            #expect(try scan([], clamd.local) == .success(.clean))
            #expect(try scan([], clamd.local, .descriptor) == .success(.clean))
        }
    }

    @Test("it lives, and says its version", .timeLimit(.minutes(1)))
    func questions() throws {
        let clamd = try ClamdDaemon(signatures: Self.signatures)
        let address = try #require(ScannerAddress(text: clamd.local))
        let server = ClamdScanner(servers: [address]).servers[0]
        try server.ping(until: Deadline(milliseconds: 10_000))
        #expect(try server.version(until: Deadline(milliseconds: 10_000)).hasPrefix("ClamAV "))
    }

    @Test(
        "a message above StreamMaxLength is refused as a stream, and looked at as a file",
        .timeLimit(.minutes(1)))
    func streamLimit() throws {
        let root = try TemporaryDirectory()
        let clamd = try ClamdDaemon(signatures: Self.signatures, settings: ["StreamMaxLength 1M"])
        let large = ScannerSamples.virus(behind: 3 << 20)
        let file = try root.write("file", String(decoding: large, as: UTF8.self))
        let refusal = "INSTREAM size limit exceeded."
        for address in [clamd.local, clamd.network] {
            #expect(
                try scan(large, address, .stream)
                    == .failure(ScannerFailure(.declined, scanner: "clamd \(address)", refusal)))
        }
        #expect(try scan(large, clamd.local, file: file) == .success(.found(name: "Test.Part.UNOFFICIAL")))
        #expect(try scan(large, clamd.local, .descriptor) == .success(.found(name: "Test.Part.UNOFFICIAL")))
        // Just below it.
        let small = ScannerSamples.virus(behind: 1000 << 10)
        #expect(try scan(small, clamd.network) == .success(.found(name: "Test.Part.UNOFFICIAL")))
    }

    @Test(
        "what is beyond its other limits is no virus, and not clean, where it says so",
        .timeLimit(.minutes(1)))
    func exceeded() throws {
        let clamd = try ClamdDaemon(
            signatures: Self.signatures,
            settings: ["MaxFileSize 100K", "MaxScanSize 100K", "AlertExceedsMax yes"])
        guard case .failure(let failure) = try scan(ScannerSamples.virus(behind: 300 << 10), clamd.local)
        else {
            Issue.record("an answer")
            return
        }
        #expect(failure.reason == .declined && failure.detail.hasPrefix("Heuristics.Limits.Exceeded"))
    }

    @Test("signatures are loaded anew while messages are looked at", .timeLimit(.minutes(1)))
    func reload() throws {
        let clamd = try ClamdDaemon(signatures: Self.signatures)
        let address = try #require(ScannerAddress(text: clamd.local))
        for _ in 0..<5 {
            var connection = try ScannerConnection(
                address, port: 3310, scanner: "clamd", until: Deadline(milliseconds: 10_000), limit: 100)
            _ = try connection.offer(Array("zRELOAD\0".utf8))
            #expect(try connection.receive() == Array("RELOADING\0".utf8))
            for _ in 0..<20 {
                #expect(
                    try scan(ScannerSamples.virus(), clamd.local)
                        == .success(.found(name: "Test.Part.UNOFFICIAL")))
            }
        }
    }

    @Test("one that is stopped is unreachable; one that stands still is too slow", .timeLimit(.minutes(1)))
    func stopped() throws {
        let clamd = try ClamdDaemon(signatures: Self.signatures)
        clamd.freeze(true)
        for address in [clamd.local, clamd.network] {
            #expect(
                try scan(ScannerSamples.virus(), address, milliseconds: 300)
                    == .failure(ScannerFailure(.tooSlow, scanner: "clamd \(address)")))
        }
        clamd.freeze(false)
        #expect(
            try scan(ScannerSamples.virus(), clamd.local) == .success(.found(name: "Test.Part.UNOFFICIAL")))
        clamd.stop()
        for address in [clamd.local, clamd.network] {
            guard case .failure(let failure) = try scan(ScannerSamples.virus(), address) else {
                Issue.record("an answer")
                continue
            }
            #expect(failure.reason == .unreachable)
        }
        try clamd.start()
        #expect(
            try scan(ScannerSamples.virus(), clamd.network) == .success(.found(name: "Test.Part.UNOFFICIAL")))
    }

    @Test("a client that gives up leaves no files behind at the server", .timeLimit(.minutes(1)))
    func leavings() throws {
        let clamd = try ClamdDaemon(signatures: Self.signatures)
        #expect(try scan(ScannerSamples.virus(behind: 1 << 20), clamd.local) != .success(.clean))
        let address = try #require(ScannerAddress(text: clamd.local))
        do {
            let connection = try ScannerConnection(
                address, port: 3310, scanner: "clamd", until: Deadline(milliseconds: 10_000), limit: 100)
            _ = try connection.offer(
                Array("zINSTREAM\0".utf8) + [0, 0, 1, 0] + [UInt8](repeating: 10, count: 100))
        }
        let deadline = Deadline(milliseconds: 10_000)
        while !clamd.leavings.isEmpty, !deadline.hasPassed { pause(milliseconds: 20) }
        #expect(clamd.leavings.isEmpty)
    }

    @Test(
        "Debian's test files are found, packed in whatever way", .timeLimit(.minutes(1)),
        .enabled(if: isTestFileThere, "there is no clamav-testfiles"))
    func testFiles() throws {
        let program = try read("\(Self.testFiles)/clam.exe")
        let clamd = try ClamdDaemon(signatures: [
            "clam.hsb": ClamdDaemon.signature("Test.Clam", of: program)
        ])
        // The program as it is, in archives, in mail, in documents; those that are the program changed by a
        // packer, or in a container that clamd does not open without signatures for its packer, have other
        // octets.
        let names = [
            "clam.7z", "clam.arj", "clam.bin-be.cpio", "clam.bin-le.cpio", "clam.bz2.zip", "clam.cab",
            "clam.chm",
            "clam.d64.zip", "clam.exe", "clam.exe.binhex", "clam.exe.bz2", "clam.exe.mbox.base64",
            "clam.exe.mbox.uu", "clam.exe.rtf", "clam.exe.szdd", "clam.impl.zip", "clam.mail",
            "clam.newc.cpio",
            "clam.odc.cpio", "clam.ole.doc", "clam.pdf", "clam.ppt", "clam.sis", "clam.tar.gz", "clam.tnef",
            "clam.zip", "clam_cache_emax.tgz",
        ]
        for name in names {
            let octets = try read("\(Self.testFiles)/\(name)")
            #expect(
                try scan(octets, clamd.local) == .success(.found(name: "Test.Clam.UNOFFICIAL")), "\(name)")
        }
    }
}
