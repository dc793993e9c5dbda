import Platform
import Synchronization
import TestSupport
import Testing

@testable import MailNetwork

@Suite struct HostAddressesTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// A getent(1) that keeps count of its calls and does `body`.
    private func getent(_ body: String, milliseconds: Int = 30_000) throws -> HostAddresses {
        let path = try directory.write(
            "getent", "#!/bin/sh\necho \"$*\" >> \(directory.path("calls"))\n\(body)\n", permissions: 0o755)
        return HostAddresses(HostLookup(getentPath: path), milliseconds: milliseconds)
    }

    private var calls: [String] {
        ((try? directory.read("calls")) ?? "").split(separator: "\n").map(String.init)
    }

    @Test(
        "addresses and localhost are not looked up",
        arguments: ["127.0.0.1", "::1", "localhost", "LOCALHOST"])
    func known(host: String) throws {
        let hosts = try getent("exit 1")
        let expected: [String] =
            switch host {
            case "127.0.0.1", "::1": [host]
            default: ["::1", "127.0.0.1"]
            }
        #expect(hosts.find(host) == .addresses(expected))
        #expect(calls.isEmpty)
    }

    @Test("a name is asked for once, whatever its case")
    func once() throws {
        let hosts = try getent("echo '192.0.2.7 STREAM x'")
        for name in ["mx.example.org", "MX.example.org", "mx.example.org"] {
            #expect(hosts.find(name) == .addresses(["192.0.2.7"]))
        }
        #expect(calls == ["ahosts -- mx.example.org"])
    }

    @Test("who asks at the same time waits for the one answer")
    func together() throws {
        let hosts = try getent("sleep 0.2; echo '192.0.2.7 STREAM x'")
        let good = Atomic(0)
        inParallel(8, threads: 8) { _ in
            if hosts.find("mx.example.org") == .addresses(["192.0.2.7"]) { good.add(1, ordering: .relaxed) }
        }
        #expect(good.load(ordering: .relaxed) == 8)
        #expect(calls.count == 1)
    }

    @Test(
        "a no is kept as well",
        arguments: ["exit 2", "exit 0", "echo nonsense", "echo 192.0.2.1; exit 2", "kill $$"])
    func no(body: String) throws {
        let hosts = try getent(body)
        for _ in 0..<3 {
            #expect(hosts.find("mx.example.org") == .nothing("no address of mx.example.org is known"))
        }
        #expect(calls.count == 1)
    }

    @Test("a look-up that never ends is ended")
    func deadline() throws {
        let hosts = try getent("sleep 600", milliseconds: 300)
        let time = duration {
            #expect(
                hosts.find("mx.example.org")
                    == .nothing("looking up the address of mx.example.org took too long"))
            _ = hosts.find("mx.example.org")
        }
        #expect(time < 30_000)
    }

    @Test("without getent nothing is found, and the reason is told")
    func missing() {
        let hosts = HostAddresses(HostLookup(getentPath: "/nonexistent/getent"), milliseconds: 1000)
        guard case .nothing(let reason) = hosts.find("mx.example.org") else {
            Issue.record("found")
            return
        }
        #expect(reason.contains("No such file"))
    }

    @Test("the real getent knows this host's own names")
    func real() {
        let hosts = HostAddresses(milliseconds: 10_000)
        guard case .nothing = hosts.find("surely-not-there.invalid") else {
            Issue.record("an address of a name that cannot exist")
            return
        }
    }
}
