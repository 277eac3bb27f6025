import ArgumentParser
import Commands

await Intchainctl.main()
