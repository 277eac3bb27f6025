import MariaDB
import Testing

@Suite struct MySQLErrorTests {
    private func error(_ code: UInt32, _ phase: MySQLError.Phase = .execute) -> MySQLError {
        MySQLError(code: code, message: "…", phase: phase, server: "db1:3306")
    }

    @Test(arguments: [1290, 1836] as [UInt32]) func aRefusedWriteIsNotALostConnection(code: UInt32) {
        #expect(error(code).isReadOnly)
        #expect(!error(code).isConnectionLost)
        #expect(!error(code).isIndeterminate)
    }

    @Test(arguments: [2006, 2013, 2026, 1053, 3032, 4031] as [UInt32])
    func aConnectionLostWhileTheStatementRanIsIndeterminate(code: UInt32) {
        #expect(error(code).isIndeterminate)
        #expect(error(code, .prepare).isConnectionLost)
        #expect(!error(code, .prepare).isIndeterminate)
    }

    @Test func aFailedSignInIsOfNoMoreUseButHarmless() {
        #expect(error(1045, .connect).isConnectionLost)
        #expect(!error(1045, .connect).isIndeterminate)
    }

    @Test func aMistakeInTheStatementKeepsTheConnection() {
        #expect(error(1062).isDuplicateKey)
        #expect(!error(1062).isConnectionLost)
        #expect(!error(1064).isConnectionLost)
    }
}
