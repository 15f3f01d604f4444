// The tests wait for servers and processes most of the time, so more of them run at once than there are processors.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
