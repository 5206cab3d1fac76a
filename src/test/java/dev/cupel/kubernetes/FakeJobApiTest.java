package dev.cupel.kubernetes;

class FakeJobApiTest extends JobApiContract {
    private final FakeJobApi jobs = new FakeJobApi();

    @Override
    protected JobApi jobs() {
        return jobs;
    }
}
