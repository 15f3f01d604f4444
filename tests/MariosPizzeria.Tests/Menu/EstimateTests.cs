using MariosPizzeria.Contracts.V1;
using MariosPizzeria.MenuService.Domain;

namespace MariosPizzeria.Tests.Menu;

public sealed class EstimateTests
{
    [Fact]
    public void While_nothing_is_known_of_the_kitchen_the_default_is_told() => Estimate.ReadyMinutes(load: null).ShouldBe(10);

    [Theory]
    [InlineData(5, 0, 0, 10, 10)]
    [InlineData(5, 4, 0, 10, 10)]
    [InlineData(5, 5, 0, 10, 20)]
    [InlineData(5, 5, 4, 10, 20)]
    [InlineData(5, 5, 5, 10, 30)]
    [InlineData(1, 1, 2, 7, 28)]
    [InlineData(100, 100, 899, 12, 120)]
    public void Each_round_that_is_full_already_is_waited_for(int capacity, int cooking, int queued, double average, int minutes) =>
        Estimate.ReadyMinutes(Load(1, capacity, cooking, queued, average)).ShouldBe(minutes);

    [Theory]
    [InlineData(0.02, 1)]
    [InlineData(7.1, 8)]
    [InlineData(100_000, 1440)]
    public void Minutes_are_rounded_up_and_stay_between_one_and_a_day(double average, int minutes) =>
        Estimate.ReadyMinutes(Load(1, capacity: 5, cooking: 0, queued: 0, average)).ShouldBe(minutes);

    [Fact]
    public void A_load_that_arrives_late_is_dropped()
    {
        var load = Load(version: 7, capacity: 5, cooking: 5, queued: 5, average: 10);

        load.Observe(Changed(version: 6, capacity: 1, cooking: 0, queued: 0, average: 1)).ShouldBeFalse();
        load.Observe(Changed(version: 7, capacity: 1, cooking: 0, queued: 0, average: 1)).ShouldBeFalse();

        load.Queued.ShouldBe(5);
        load.Observe(Changed(version: 8, capacity: 5, cooking: 0, queued: 0, average: 10)).ShouldBeTrue();
        load.Queued.ShouldBe(0);
    }

    private static KitchenLoad Load(long version, int capacity, int cooking, int queued, double average)
    {
        var load = KitchenLoad.Unknown();
        load.Observe(Changed(version, capacity, cooking, queued, average)).ShouldBeTrue();
        return load;
    }

    private static KitchenLoadChanged Changed(long version, int capacity, int cooking, int queued, double average) =>
        new()
        {
            LoadVersion = version,
            Capacity = capacity,
            Cooking = cooking,
            Queued = queued,
            AverageCookMinutes = average,
        };
}
