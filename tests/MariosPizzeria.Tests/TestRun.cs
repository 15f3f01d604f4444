// Some of the tests wait for processes or for a background service, so more of them run at once than there are processors.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
