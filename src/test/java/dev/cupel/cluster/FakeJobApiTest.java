package dev.cupel.cluster;

class FakeJobApiTest extends JobApiContract {
    private final FakeJobApi jobs = new FakeJobApi();

    @Override
    protected JobApi jobs() {
        return jobs;
    }
}
