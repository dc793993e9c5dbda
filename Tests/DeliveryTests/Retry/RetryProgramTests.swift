import Platform
import Settings
import Spool
import Testing

@testable import Delivery

@Suite struct RetryProgramTests {
    private var site: Site

    init() throws {
        site = try Site()
        try site.temporary.writeProgram(
            "retry", "printf '%s\\n' \"$@\" >$0.new; mv $0.new $0.arguments; echo said; exit 3")
        site.set("retry.program=\(site.temporary.path("retry"))")
        _ = try site.openSpool(creating: true)
    }

    private func program(_ configuration: Configuration? = nil) -> RetryProgram {
        RetryProgram(
            configuration ?? site.configuration, configurationFile: "/etc/x.toml",
            overrides: ["spool.directory=/y", "retry.jitter=0"])
    }

    private func arguments(within milliseconds: Int) -> [String] {
        let deadline = Deadline(milliseconds: milliseconds)
        while !deadline.hasPassed {
            if let text = try? site.temporary.text("retry.arguments") {
                return text.split(separator: "\n").map(String.init)
            }
            pause(milliseconds: 10)
        }
        return []
    }

    private let common = ["-c", "/etc/x.toml", "-o", "spool.directory=/y", "-o", "retry.jitter=0"]

    @Test("it is run with the configuration of who starts it, and its output and status come back")
    func run() throws {
        let result = try program().run(["--json", "--", "an-id"], milliseconds: 10_000)
        #expect(result.ending == .exited(3) && result.output == Array("said\n".utf8))
        #expect(arguments(within: 5000) == common + ["--json", "--", "an-id"])
    }

    @Test("a configuration named from the working directory is found from any other")
    func relative() throws {
        let program = RetryProgram(site.configuration, configurationFile: "x.toml", overrides: [])
        let arguments = try #require(program.process([])).arguments
        let directory = try #require(Host.workingDirectory())
        #expect(arguments == ["-c", "\(directory)/x.toml"])
    }

    @Test("woken, it is started on its own with nothing but that word")
    func wake() throws {
        let spool = try site.openSpool()
        let problem = program().wake(spool)
        #expect(problem == nil)
        #expect(arguments(within: 10_000) == common + ["--wake"])
    }

    @Test("where a sweep is at work nothing is started; where none is, the lock is free afterwards")
    func busy() throws {
        let spool = try site.openSpool()
        guard let lock = try spool.tryLockSweep() else {
            Issue.record("nobody else has it")
            return
        }
        let first = program().wake(spool)
        #expect(first == nil)
        lock.release()
        #expect(arguments(within: 200) == [])
        let second = program().wake(spool)
        #expect(second == nil)
        #expect(arguments(within: 10_000) != [])
    }

    @Test("that it cannot be started is told, and no more")
    func absent() throws {
        var configuration = site.configuration
        configuration.retry.program = "/no/such/program"
        let spool = try site.openSpool()
        let problem = program(configuration).wake(spool)
        let reason = try #require(problem)
        #expect(reason.contains("/no/such/program"))
        #expect(throws: SystemError.self) { try program(configuration).run([], milliseconds: 1000) }
        // Beside the program that runs the tests there is none.
        configuration.retry.program = ""
        let unknown = RetryProgram(configuration, configurationFile: nil, overrides: [])
        let unknownProblem = unknown.path == nil ? unknown.wake(spool) : "somebody built one"
        #expect(unknownProblem != nil)
    }
}
