import Foundation

/// One thing that goes wrong in one run: at the `index`-th call of `call`.
struct Fault: Sendable, CustomStringConvertible {
    enum Kind: Sendable, Equatable {
        case error(String)
        /// brk(2) does not return an errno: it returns where the break is.
        case unmoved
        case kill
    }

    let call: String
    let index: Int
    let kind: Kind

    var description: String {
        switch kind {
        case .error(let name): "\(call) \(index) fails with \(name)"
        case .unmoved: "\(call) \(index) gives no memory"
        case .kill: "killed at \(call) \(index)"
        }
    }

    var isKill: Bool { kind == .kill }
    /// Not of close(2): Linux closes the file all the same, where strace leaves it open, with its lock.
    var isInterruption: Bool {
        guard case .error(let name) = kind else { return false }
        return call != "close" && FaultTable.hasToBeRiddenOut(name)
    }

    /// What strace does.
    private var expression: String {
        switch kind {
        case .error(let name): "inject=\(call):error=\(name):when=\(index)"
        case .unmoved: "inject=\(call):retval=0:when=\(index)"
        case .kill: "inject=\(call):signal=KILL:when=\(index)"
        }
    }

    /// The same run with the fault in it. The processes that it starts are left alone from their `execve` on.
    ///
    /// Filtering with seccomp is twice as fast, but strace delivers no signals then, and does not let go of
    /// children.
    func strike(_ launch: Launch, trace: String, startsPrograms: Bool) throws -> Launch {
        let following = startsPrograms ? ["-b", "execve"] : isKill ? [] : ["--seccomp-bpf"]
        return launch.under(
            try Binaries.strace(),
            ["-f", "-qq"] + following + [
                "-y", "-s", "16", "-o", trace, "-e", "signal=none", "-e", "trace=\(call)", "-e", expression,
            ])
    }
}

/// Everything that can go wrong in a run, found by watching one in which nothing does.
struct FaultList: Sendable {
    let faults: [Fault]
    /// Calls whose errors are left out, with their number.
    let excluded: [String: Int]
    /// Calls that ``FaultTable`` does not know.
    let unknown: Set<String>
    let startsPrograms: Bool
    let callCount: Int

    static func watched(_ launch: Launch, trace: String) throws -> (FaultList, Ended) {
        let ended = try launch.under(
            try Binaries.strace(),
            ["-f", "-qq", "-b", "execve", "-s", "16", "-o", trace, "-e", "signal=none"]
        ).run()
        return (FaultList(SystemCallTrace.calls(in: contents(of: trace))), ended)
    }

    init(_ calls: [SystemCall]) {
        var faults: [Fault] = []
        var excluded: [String: Int] = [:]
        var unknown: Set<String> = []
        var seen: Set<String> = []
        callCount = calls.count
        startsPrograms = calls.contains { ["clone", "clone3", "fork", "vfork"].contains($0.name) }
        for (position, call) in calls.enumerated() where seen.insert("\(call.name) \(call.index)").inserted {
            // strace itself starts the program.
            if position == 0 { continue }
            faults.append(Fault(call: call.name, index: call.index, kind: .kill))
            if FaultTable.excluded[call.name] != nil || Self.isStartUp(call, calls[..<position]) {
                excluded[call.name, default: 0] += 1
            } else if call.name == "brk" {
                faults.append(Fault(call: call.name, index: call.index, kind: .unmoved))
            } else if let errors = FaultTable.errors(of: call.name) {
                faults += errors.map { Fault(call: call.name, index: call.index, kind: .error($0)) }
            } else {
                unknown.insert(call.name)
            }
        }
        self.faults = faults
        self.excluded = excluded
        self.unknown = unknown
    }

    /// libc before `main`, which ends the process if it gets no memory for itself or cannot protect its
    /// pages.
    private static func isStartUp(_ call: SystemCall, _ before: ArraySlice<SystemCall>) -> Bool {
        let startUp: Set<String> = [
            "execve", "brk", "arch_prctl", "set_tid_address", "set_robust_list", "rseq", "prlimit64",
            "readlink", "readlinkat",
            "getrandom", "mprotect", "mmap", "uname",
        ]
        guard ["mprotect", "brk"].contains(call.name) else { return false }
        return before.allSatisfy { startUp.contains($0.name) }
    }
}
