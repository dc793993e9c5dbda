import Platform
import TestSupport
import Testing

@Suite("looking a host up")
struct HostLookupTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// A getent(1) that keeps what it was called with and does `body`.
    private func getent(_ body: String) throws -> HostLookup {
        let path = try directory.write(
            "getent", "#!/bin/sh\necho \"$*\" >> \(directory.path("calls"))\n\(body)\n", permissions: 0o755)
        return HostLookup(getentPath: path)
    }

    private var calls: String { (try? directory.read("calls")) ?? "" }

    @Test("what getent says is a list of addresses, each once, in its order")
    func parsing() {
        let output = """
            2001:db8::1     STREAM mx.example.org
            2001:db8::1     DGRAM
            192.0.2.1       STREAM
            192.0.2.1\tDGRAM
            fe80::1%eth0    STREAM
            nonsense
            999.1.1.1 STREAM

            """
        #expect(HostLookup.addresses(in: Array(output.utf8)) == ["2001:db8::1", "192.0.2.1"])
        #expect(HostLookup.addresses(in: []).isEmpty)
        let many = (1...100).map { "192.0.2.\($0) STREAM" }.joined(separator: "\n")
        #expect(HostLookup.addresses(in: Array(many.utf8)).count == HostLookup.maximumAddresses)
    }

    @Test("any output is a list of addresses")
    func total() {
        var random = SeededGenerator(seed: 8)
        for _ in 0..<1000 {
            let output = random.bytes(upTo: 100)
            #expect(HostLookup.addresses(in: output).count <= HostLookup.maximumAddresses)
        }
    }

    @Test(
        "an address is four numbers, or one of IPv6 without a zone",
        arguments: [
            ("127.0.0.1", true), ("::1", true), ("2001:db8::1", true), ("::ffff:192.0.2.1", true),
            ("127.0.0.01", false), ("127.1", false), ("0x7f000001", false), ("999.1.1.1", false), ("", false),
            ("fe80::1%lo", false), ("[::1]", false), ("mx.example.org", false), ("127.0.0.1\0x", false),
        ])
    func addresses(text: String, isAddress: Bool) {
        #expect(HostLookup.isAddress(text) == isAddress)
    }

    @Test("addresses and localhost are not looked up")
    func known() throws {
        let lookup = try getent("exit 1")
        #expect(lookup.find("192.0.2.1", milliseconds: Patience.long) == .addresses(["192.0.2.1"]))
        #expect(lookup.find("::1", milliseconds: Patience.long) == .addresses(["::1"]))
        #expect(lookup.find("LocalHost", milliseconds: Patience.long) == .addresses(["::1", "127.0.0.1"]))
        #expect(calls.isEmpty)
    }

    @Test("a name is given to getent as an operand, whatever it looks like")
    func asking() throws {
        let lookup = try getent("echo '192.0.2.7 STREAM x'")
        #expect(lookup.find("mx.example.org", milliseconds: Patience.long) == .addresses(["192.0.2.7"]))
        #expect(lookup.find("--help", milliseconds: Patience.long) == .addresses(["192.0.2.7"]))
        #expect(calls == "ahosts -- mx.example.org\nahosts -- --help\n")
    }

    @Test(
        "a name without an address has none",
        arguments: ["exit 2", "exit 0", "echo nonsense", "echo 192.0.2.1; exit 2", "kill $$"])
    func none(body: String) throws {
        #expect(
            try getent(body).find("mx.example.org", milliseconds: Patience.long)
                == .nothing("no address of mx.example.org is known"))
    }

    @Test("a look-up that never ends is ended", .timeLimit(.minutes(5)))
    func deadline() throws {
        let lookup = try getent("sleep 600")
        let start = SteadyTime.now()
        #expect(
            lookup.find("mx.example.org", milliseconds: 200)
                == .nothing("looking up the address of mx.example.org took too long"))
        #expect(SteadyTime.now().milliseconds - start.milliseconds < Patience.long)
    }

    @Test("without getent nothing is found, and the reason is told; nor is a name with a NUL")
    func missing() {
        for (path, host) in [("/nonexistent/getent", "mx.example.org"), ("/usr/bin/getent", "a\0b")] {
            guard
                case .nothing(let reason) = HostLookup(getentPath: path).find(
                    host, milliseconds: Patience.long)
            else {
                Issue.record("found")
                continue
            }
            #expect(reason.contains("cannot be looked up"))
        }
    }
}
