import Commands

await Intchainctl.main()
