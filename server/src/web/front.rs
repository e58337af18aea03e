//! What stands in front of everything: a page that is kept is answered at once, without finding the route, without a task
//! of its own for each layer. All other requests go on through the layers.

use crate::{
    AppState,
    web::{headers::Around, page_cache},
};
use axum::{Router, extract::Request, response::Response};
use futures::future::{BoxFuture, Either, Ready, ready};
use std::{
    convert::Infallible,
    task::{Context, Poll},
};
use tower::{Service, ServiceExt};

/// The service.
#[derive(Clone)]
pub struct Front {
    state: AppState,
    behind: Router,
}

impl Front {
    /// In front of a router.
    pub fn of(state: AppState, behind: Router) -> Self {
        Self { state, behind }
    }
}

impl Service<Request> for Front {
    type Response = Response;
    type Error = Infallible;
    type Future = Either<Ready<Result<Response, Infallible>>, BoxFuture<'static, Result<Response, Infallible>>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let around = Around::begin(&request, self.state.web.is_https());
        if let Some(page) = page_cache::kept(&self.state, &request) {
            return Either::Left(ready(Ok(around.at_once(request.uri().path(), page))));
        }
        let behind = self.behind.clone();
        Either::Right(Box::pin(around.within(request, async move |request| behind.oneshot(request).await)))
    }
}
